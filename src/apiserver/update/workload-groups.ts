import { asObject, at, type JsonObject, objectsOf } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import type { Check } from './check.ts';

/** Declared fields are printed without their value. */
const nothing = () => null;

/** The fields of a Workload's template that are declared immutable, beside its policy. */
const OF_TEMPLATE = [
  'schedulingConstraints',
  'resourceClaims',
  'disruptionMode',
  'priorityClassName',
  'priority',
  'preemptionPolicy',
];

/** Mirrors Validate_Workload of pkg/apis/scheduling/v1beta1/zz_generated.validations.go: templates are told apart by their names. */
export function workload(check: Check): void {
  if (check.minor < 37) return;
  check.immutable(['spec', 'controllerRef'], nothing);
  const list: Path = ['spec', 'podGroupTemplates'];
  const old = byName(check.oldAt('spec')['podGroupTemplates']);
  const next = byName(check.nextAt('spec')['podGroupTemplates']);
  if (old === undefined || next === undefined) return;
  const count = check.causes.length;
  for (const [name, [, i]] of next) if (!old.has(name)) check.forbid([...list, i], 'item may not be added');
  if ([...old.keys()].some((name) => !next.has(name))) check.forbid(list, 'item may not be removed');
  if (check.causes.length > count) return;
  for (const [name, [template, i]] of next) {
    // What stands at another place is compared all the same.
    const sparse = (item: JsonObject): JsonObject => ({ spec: { podGroupTemplates: { [i]: item } } });
    const pair: Pair = [sparse(old.get(name)![0]), sparse(template)];
    policy(check, [...list, i, 'schedulingPolicy'], pair);
    for (const field of OF_TEMPLATE) fixed(check, [...list, i, field], pair);
  }
}

/** Mirrors Validate_PodGroup. Constraints of topology are left to a feature that is off. */
export function podGroup(check: Check): void {
  if (check.minor < 37) return;
  for (const field of ['parentCompositePodGroupName', 'workloadRef']) check.immutable(['spec', field], nothing);
  policy(check, ['spec', 'schedulingPolicy'], [check.old, check.next]);
  for (const field of ['resourceClaims', 'disruptionMode', 'priorityClassName', 'priority', 'preemptionPolicy'])
    check.immutable(['spec', field], nothing);
}

type Pair = readonly [JsonObject, JsonObject];

function fixed(check: Check, path: Path, [old, next]: Pair): void {
  const found = check.changed(path, old, next);
  if (found !== undefined) check.add('FieldValueInvalid', path, 'Invalid value: null: field is immutable', found.path);
}

/** A gang may become larger or smaller, but it stays one. */
function policy(check: Check, path: Path, pair: Pair): void {
  const [had, has] = pair.map((value) => asObject(at(value, path)) ?? {});
  const isSet = (policy: JsonObject | undefined, field: string) => asObject(policy?.[field]) !== undefined;
  // Of a basic policy nothing but its presence can change.
  if (isSet(had, 'basic') !== isSet(has, 'basic'))
    check.add('FieldValueInvalid', [...path, 'basic'], 'Invalid value: null: field is immutable', path);
  if (isSet(had, 'gang') === isSet(has, 'gang')) return;
  const says = isSet(had, 'gang') ? 'field cannot be cleared once set' : 'field cannot be set once created';
  check.add('FieldValueInvalid', [...path, 'gang'], `Invalid value: null: ${says}`, path);
}

/** The templates with their places; undefined where one has no name of its own. */
function byName(list: unknown): ReadonlyMap<string, readonly [JsonObject, number]> | undefined {
  const named = new Map<string, readonly [JsonObject, number]>();
  for (const [item, i] of objectsOf(list)) {
    const name = item['name'];
    if (typeof name !== 'string' || named.has(name)) return undefined;
    named.set(name, [item, i]);
  }
  return named;
}
