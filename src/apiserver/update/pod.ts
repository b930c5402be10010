import { asArray, asObject, type JsonObject, objectsOf } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import { printGo, sortedMap } from '../go-print.ts';
import { type Check, typeAt } from './check.ts';
import type { Place } from './defaults.ts';
import { difference } from './difference.ts';

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Admission gives them to every Pod, and gives them again. */
const GIVEN: ReadonlySet<unknown> = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

/** Mirrors ValidatePodUpdate of pkg/apis/core/validation. */
export function pod(check: Check): void {
  const [old, next] = [check.oldAt('spec'), check.nextAt('spec')];
  for (const list of ['containers', 'initContainers']) {
    if (asArray(old[list]).length === asArray(next[list]).length || isUnknown(next[list])) continue;
    check.forbid(['spec', list], 'pod updates may not add or remove containers');
    return;
  }
  if (!activeDeadline(check, old, next)) return;
  tolerations(check, old, next);
  const gated = asArray(old['schedulingGates']).length > 0;
  schedulingGates(check, old, next);
  if (gated) nodeSelector(check, old, next);
  rest(check, old, munged(next, old, gated));
}

/** @returns false where the server looks no further */
function activeDeadline(check: Check, old: JsonObject, next: JsonObject): boolean {
  const [before, after] = [old['activeDeadlineSeconds'], next['activeDeadlineSeconds']];
  const path = ['spec', 'activeDeadlineSeconds'];
  if (typeof before === 'number' && after == null)
    check.add('FieldValueInvalid', path, 'Invalid value: null: must not update from a positive integer to nil value');
  if (typeof before !== 'number' || typeof after !== 'number' || before >= after) return true;
  check.add('FieldValueInvalid', path, `Invalid value: ${after}: must be less than or equal to previous value`);
  return false;
}

function tolerations(check: Check, old: JsonObject, next: JsonObject): void {
  const type = typeAt(check.type, ['spec', 'tolerations', 0]);
  if (type === undefined) return;
  const after = [...objectsOf(next['tolerations'])].map(([toleration]) => without(toleration, 'tolerationSeconds'));
  for (const [toleration] of objectsOf(old['tolerations'])) {
    if (GIVEN.has(toleration['key'])) continue;
    const before = without(toleration, 'tolerationSeconds');
    if (after.some((one) => difference(before, one, type)?.sure !== true)) continue;
    check.forbid(['spec', 'tolerations'], 'existing toleration can not be modified except its tolerationSeconds');
    return;
  }
}

function schedulingGates(check: Check, old: JsonObject, next: JsonObject): void {
  const known = new Set(asArray(old['schedulingGates']).map((gate) => asObject(gate)?.['name']));
  for (const [gate, index] of objectsOf(next['schedulingGates'])) {
    const { name } = gate;
    if (known.has(name) || typeof name !== 'string' || isUnknown(name)) continue;
    check.forbid(['spec', 'schedulingGates', index, 'name'], `only deletion is allowed, but found new scheduling gate '${name}'`);
  }
}

/** Of a Pod that waits behind a gate the nodeSelector may grow. */
function nodeSelector(check: Check, old: JsonObject, next: JsonObject): void {
  const [before, after] = [asObject(old['nodeSelector']) ?? {}, asObject(next['nodeSelector']) ?? {}];
  const lost = Object.keys(before).some((key) => before[key] !== after[key] && !isUnknown(before[key]) && !isUnknown(after[key]));
  if (!lost) return;
  check.add(
    'FieldValueInvalid',
    ['spec', 'nodeSelector'],
    `Invalid value: ${printGo(sortedMap(after))}: only additions to spec.nodeSelector are allowed (no mutations or deletions)`,
  );
}

/** The new Pod with all that may change as it was. */
function munged(next: JsonObject, old: JsonObject, gated: boolean): JsonObject {
  const made: Record<string, unknown> = { ...next };
  for (const list of ['containers', 'initContainers']) {
    const before = asArray(old[list]);
    if (!Array.isArray(next[list])) continue;
    made[list] = next[list].map((container: unknown, i) => {
      const own = asObject(container);
      return own === undefined ? container : { ...own, image: asObject(before[i])?.['image'] };
    });
  }
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) made[field] = old[field];
  const [before, after] = [old['terminationGracePeriodSeconds'], next['terminationGracePeriodSeconds']];
  if (typeof before === 'number' && before < 0 && after === 1) made['terminationGracePeriodSeconds'] = before;
  // Node affinity of a gated Pod may be narrowed: what that is, is not looked into.
  if (gated) for (const field of ['nodeSelector', 'affinity']) made[field] = old[field];
  return made;
}

function rest(check: Check, old: JsonObject, next: JsonObject): void {
  const place: Place = { pod: true, hostNetwork: next['hostNetwork'] === true };
  const found = check.changed(['spec'], { spec: old }, { spec: next }, place);
  if (found !== undefined) check.forbid(['spec'], `pod updates may not change fields other than ${UPDATABLE}`, found.path);
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...others } = object;
  return others;
}
