import { asArray, asObject, type JsonObject } from '../../api/manifest.ts';
import { printGo } from '../go-print.ts';
import { printSelector } from '../validate/parts.ts';
import { type Check, plainly } from './check.ts';

const TEMPLATE = ['spec', 'template'] as const;

/** Mirrors ValidateJobUpdate of pkg/apis/batch/validation. */
export function job(check: Check): void {
  completions(check);
  // Without a selector of one's own the server generates one, which a manifest that was exported holds.
  if (check.stored || check.oldAt('spec')['selector'] != null) check.immutable(['spec', 'selector'], printSelector);
  template(check);
  check.immutable(['spec', 'completionMode'], (mode) => mode ?? 'NonIndexed');
  check.immutable(['spec', 'podFailurePolicy']);
  check.immutable(['spec', 'backoffLimitPerIndex'], plainly);
  check.immutable(['spec', 'managedBy'], plainly);
  check.immutable(['spec', 'successPolicy']);
}

/** Without both numbers a Job is one Pod; with `parallelism` alone it is a work queue, and `completions` stay unset. */
function completionsOf({ completions, parallelism }: JsonObject): unknown {
  return completions ?? (parallelism == null ? 1 : undefined);
}

function completions(check: Check): void {
  const [old, next] = [check.oldAt('spec'), check.nextAt('spec')];
  if (old['completions'] == null && next['completions'] == null) return;
  // Once `parallelism` has been filled in, it stays: `completions` that are taken out alone are not filled in again.
  const taken = next['completions'] == null && old['parallelism'] == null;
  const [before, after] = [completionsOf(old), taken ? undefined : completionsOf(next)];
  if (before === after || [before, after].some((number) => number !== undefined && typeof number !== 'number')) return;
  const path = ['spec', 'completions'];
  if (next['completionMode'] !== 'Indexed') {
    check.add('FieldValueInvalid', path, `Invalid value: ${printGo(after)}: field is immutable`);
  } else if (after !== undefined && typeof (next['parallelism'] ?? 1) === 'number' && after !== (next['parallelism'] ?? 1)) {
    check.add(
      'FieldValueInvalid',
      path,
      `Invalid value: ${printGo(after)}: can only be modified in tandem with spec.parallelism`,
    );
  }
}

/** A suspended Job's Pods may still be sent elsewhere, and from 1.36 on ask for other resources: it is taken not to have started. */
function template(check: Check): void {
  const [old, next] = [check.oldAt(...TEMPLATE), check.nextAt(...TEMPLATE)];
  const suspended = check.oldAt('spec')['suspend'] === true;
  if (!suspended) {
    const found = check.changed([...TEMPLATE], withoutGenerated(check.old), withoutGenerated(check.next));
    if (found !== undefined) check.add('FieldValueInvalid', [...TEMPLATE], 'field is immutable', found.path);
    return;
  }
  const after = asObject(next['spec']) ?? {};
  let before: JsonObject = withDirectives(asObject(old['spec']) ?? {}, after);
  if (check.minor >= 36) before = withResources(before, after);
  const { labels, annotations } = asObject(next['metadata']) ?? {};
  const metadata = { ...asObject(old['metadata']), labels, annotations };
  const withTemplate = (spec: JsonObject, meta: unknown) => ({ spec: { template: { metadata: meta, spec } } });
  const found = check.changed(
    [...TEMPLATE],
    withTemplate(before, metadata),
    withTemplate(after, { ...asObject(next['metadata']) }),
  );
  if (found === undefined) return;
  check.add('FieldValueInvalid', check.minor >= 36 ? [...TEMPLATE, 'spec'] : [...TEMPLATE], 'field is immutable', found.path);
}

const GENERATED = /^(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)$/;

/** A Job without the labels that the server gives its Pods. */
function withoutGenerated({ spec }: JsonObject): JsonObject {
  const made = asObject(asObject(spec)?.['template']);
  const metadata = asObject(made?.['metadata']);
  const labels = asObject(metadata?.['labels']);
  if (labels === undefined || !Object.keys(labels).some((key) => GENERATED.test(key))) return { spec };
  const own = Object.fromEntries(Object.entries(labels).filter(([key]) => !GENERATED.test(key)));
  return { spec: { ...asObject(spec), template: { ...made, metadata: { ...metadata, labels: own } } } };
}

/** The old Pods with what says where the new ones may go. */
function withDirectives(old: JsonObject, next: JsonObject): JsonObject {
  const { nodeSelector, tolerations, schedulingGates } = next;
  const affinity = affinityWith(asObject(old['affinity']), asObject(next['affinity']));
  return { ...old, nodeSelector, tolerations, schedulingGates, affinity };
}

function affinityWith(old: JsonObject | undefined, next: JsonObject | undefined): JsonObject | undefined {
  const { nodeAffinity: _, ...rest } = old ?? {};
  const nodeAffinity = next?.['nodeAffinity'];
  const made = nodeAffinity === undefined ? rest : { ...rest, nodeAffinity };
  return Object.keys(made).length === 0 && next === undefined ? undefined : made;
}

function withResources(old: JsonObject, next: JsonObject): JsonObject {
  const lists: Record<string, unknown> = {};
  for (const key of ['containers', 'initContainers']) {
    const [before, after] = [asArray(old[key]), asArray(next[key])];
    if (old[key] == null || before.length !== after.length) continue;
    lists[key] = before.map((container, i) => {
      const [own, other] = [asObject(container), asObject(after[i])];
      return own !== undefined && own['name'] === other?.['name'] ? { ...own, resources: other?.['resources'] } : container;
    });
  }
  return { ...old, ...lists };
}
