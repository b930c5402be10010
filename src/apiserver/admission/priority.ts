import { asNumber, asObject, asString, isObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { AdmissionRefusal } from './refusal.ts';

/** The Priority admission plugin. Mirrors plugin/pkg/admission/priority/admission.go. */
export interface Priority {
  /** The PriorityClass the Pod ends up with; '' without one. */
  readonly className: string;
  readonly value: number;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
}

/** The classes that every cluster has, with their values. */
export const SYSTEM_PRIORITY_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** PriorityClasses by name. Of several defaults the one with the lowest value counts. */
export interface PriorityClasses {
  get(name: string): Priority | undefined;
  readonly default: Priority | undefined;
}

/** PriorityClass objects, read once, with the system's own. What is no PriorityClass is left out. */
export function priorityClassesOf(objects: readonly unknown[]): PriorityClasses {
  const byName = new Map<string, Priority>();
  for (const [className, value] of SYSTEM_PRIORITY_CLASSES)
    byName.set(className, { className, value, preemptionPolicy: 'PreemptLowerPriority' });
  let chosen: Priority | undefined;
  for (const object of objects) {
    if (!isObject(object) || object['kind'] !== 'PriorityClass') continue;
    const className = asString(asObject(object['metadata'])?.['name']);
    if (className === undefined) continue;
    const preemptionPolicy = object['preemptionPolicy'] === 'Never' ? 'Never' : 'PreemptLowerPriority';
    const priority: Priority = { className, value: asNumber(object['value']) ?? 0, preemptionPolicy };
    byName.set(className, priority);
    if (object['globalDefault'] === true && (chosen === undefined || chosen.value > priority.value)) chosen = priority;
  }
  return { get: (name) => byName.get(name), default: chosen };
}

/** The priority a Pod gets; undefined where its class stands behind a placeholder; or the refusal. */
export function effectivePriority(podSpec: unknown, classes: PriorityClasses): Priority | AdmissionRefusal | undefined {
  const spec = asObject(podSpec) ?? {};
  const named = spec['priorityClassName'];
  if (isUnknown(named)) return undefined;
  const name = typeof named === 'string' ? named : '';
  const priority =
    name === ''
      ? (classes.default ?? { className: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' as const })
      : classes.get(name);
  if (priority === undefined)
    return { message: `no PriorityClass with name ${name} was found`, path: ['spec', 'priorityClassName'] };
  const own = spec['priority'];
  if (typeof own === 'number' && own !== priority.value) {
    const message =
      `the integer value of priority (${own}) must not be provided in pod spec; ` +
      `priority admission controller computed ${priority.value} from the given PriorityClass name`;
    return { message, path: ['spec', 'priority'] };
  }
  const policy = spec['preemptionPolicy'];
  if (typeof policy === 'string' && !isUnknown(policy) && policy !== priority.preemptionPolicy) {
    const message =
      `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; ` +
      `priority admission controller computed ${priority.preemptionPolicy} from the given PriorityClass name`;
    return { message, path: ['spec', 'preemptionPolicy'] };
  }
  return priority;
}

/** The refusal of a second default PriorityClass beside one that exists. The server puts `priorityclasses… "x" is forbidden: ` before it. */
export function secondDefault(priorityClass: unknown, classes: PriorityClasses): AdmissionRefusal | undefined {
  if (!isObject(priorityClass) || priorityClass['globalDefault'] !== true || classes.default === undefined) return undefined;
  const name = asString(asObject(priorityClass['metadata'])?.['name']);
  const existing = classes.default.className;
  if (existing === name) return undefined;
  return {
    message: `PriorityClass ${existing} is already marked as default. Only one default can exist`,
    path: ['globalDefault'],
  };
}
