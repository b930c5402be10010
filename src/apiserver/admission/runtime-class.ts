import { asArray, asObject, isObject, type JsonObject } from '../../api/manifest.ts';
import { type ResourceList, resourceListOf } from '../../api/pod-resources.ts';
import { compareQuantity } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { AdmissionRefusal } from './refusal.ts';

/** The RuntimeClass admission plugin. Mirrors plugin/pkg/admission/runtimeclass/admission.go. */
export interface RuntimeClassEffect {
  /** The Pod's overhead, from the class or its own where both agree. */
  readonly overhead: ResourceList;
  /** `spec.nodeSelector` with what the class adds. */
  readonly nodeSelector: Readonly<Record<string, unknown>>;
  /** `spec.tolerations` with what the class adds. */
  readonly tolerations: readonly unknown[];
}

/** What a Pod's RuntimeClass does to it, or why it is refused. `find` gives the RuntimeClass object by name. */
export function applyRuntimeClass(podSpec: unknown, find: (name: string) => unknown): RuntimeClassEffect | AdmissionRefusal {
  const spec = asObject(podSpec) ?? {};
  const name = spec['runtimeClassName'];
  const own = resourceListOf(spec['overhead']);
  const nodeSelector = asObject(spec['nodeSelector']) ?? {};
  const tolerations = asArray(spec['tolerations']);
  if (isUnknown(name)) return { overhead: own, nodeSelector, tolerations };
  const found = typeof name === 'string' ? find(name) : undefined;
  if (typeof name === 'string' && !isObject(found)) {
    return { message: `pod rejected: RuntimeClass ${quoteGo(name)} not found`, path: ['spec', 'runtimeClassName'] };
  }
  const runtimeClass = asObject(found);
  const overhead = asObject(runtimeClass?.['overhead']);
  const path = ['spec', 'overhead'];
  if (overhead === undefined) {
    if (isObject(spec['overhead']))
      return { message: 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead', path };
  } else if (own.size > 0 && !equal(own, resourceListOf(overhead['podFixed']))) {
    return { message: "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", path };
  }
  const fixed = overhead === undefined ? own : resourceListOf(overhead['podFixed']);
  const scheduling = asObject(runtimeClass?.['scheduling']);
  if (scheduling === undefined) return { overhead: fixed, nodeSelector, tolerations };

  const selector: Record<string, unknown> = Object.assign(Object.create(null) as Record<string, unknown>, nodeSelector);
  const added: JsonObject = asObject(scheduling['nodeSelector']) ?? {};
  for (const key of Object.keys(added)) {
    const value = added[key];
    const present = Object.hasOwn(selector, key) ? selector[key] : undefined;
    if (present !== undefined && present !== value && !isUnknown(present) && !isUnknown(value)) {
      const message = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${String(value)}; pod.spec.nodeSelector[${key}] = ${String(present)}`;
      return { message, path: ['spec', 'nodeSelector', key] };
    }
    selector[key] = value;
  }
  return { overhead: fixed, nodeSelector: selector, tolerations: [...tolerations, ...asArray(scheduling['tolerations'])] };
}

function equal(a: ResourceList, b: ResourceList): boolean {
  if (a.size !== b.size) return false;
  for (const [name, amount] of a) {
    const other = b.get(name);
    if (other === undefined || (amount.exact && other.exact && compareQuantity(amount.quantity, other.quantity) !== 0))
      return false;
  }
  return true;
}
