import { type LabelSelector, matchesSelector, parseLabelSelector } from '../../api/label-selector.ts';
import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/object.ts';
import type { PodTemplate } from '../../cluster/pods.ts';
import { cel } from '../cel.ts';
import { customObject, type Known } from '../verdict.ts';
import { creationOf, creationOfPod, labelsOfNamespace } from './creation.ts';
import { type Creation, matchesResources } from './resource-match.ts';

/**
 * ValidatingAdmissionPolicies with their bindings, as of the set and the facts. Mirrors the dispatcher of
 * k8s.io/apiserver/pkg/admission/plugin/policy/validating. Silent where CEL is not loaded (see ../cel.ts).
 */
export interface PolicyRefusal {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
  readonly params: KubeObject | undefined;
  /** `Deny`, or `Warn` if that is all. */
  readonly action: 'Deny' | 'Warn';
  /** As the server says it, behind what it calls the object. */
  readonly says: string;
  readonly message: string;
  readonly reason: string;
  /** The validation of the policy. */
  readonly index: number | undefined;
  /** The field that the expression asks about, relative to the object that is created. */
  readonly about: readonly (string | number)[];
  /** An expression failed; it was not false. */
  readonly failed: boolean;
  /** The facts hold the object already: it is denied when it is changed, not as long as nothing is sent. */
  readonly exists: boolean;
}

/** Comparisons of policies with objects in one cluster: their product must not grow without end. */
export const MOST_MATCHES = 500_000;

export interface Bound {
  readonly policy: KubeObject;
  readonly spec: JsonObject;
  readonly bindings: readonly { readonly binding: KubeObject; readonly spec: JsonObject }[];
}

const GROUP = 'admissionregistration.k8s.io';
const VALIDATING = 'ValidatingAdmissionPolicy';
type PolicyKind = 'ValidatingAdmissionPolicy' | 'MutatingAdmissionPolicy';

const bound = {
  ValidatingAdmissionPolicy: new WeakMap<Cluster, readonly Bound[]>(),
  MutatingAdmissionPolicy: new WeakMap<Cluster, readonly Bound[]>(),
};
const matches = new WeakMap<Cluster, number>();

let compared = 0;

/** Comparisons of all clusters since they were last counted anew. */
export function comparisons(): number {
  return compared;
}

export function countComparisonsAnew(): void {
  compared = 0;
}

function mayMatch(cluster: Cluster): boolean {
  compared++;
  const count = (matches.get(cluster) ?? 0) + 1;
  matches.set(cluster, count);
  return count <= MOST_MATCHES;
}

/** The policies of a kind that the set and the facts have, with their bindings. */
export function boundPolicies(cluster: Cluster, kind: PolicyKind): readonly Bound[] {
  let known = bound[kind].get(cluster);
  if (known === undefined) {
    const isLast = (it: KubeObject): boolean => it.group === GROUP && it.decodes && cluster.get(it.kind, '', it.name) === it;
    const bindings = cluster.ofKind(`${kind}Binding`).filter(isLast);
    known = cluster
      .ofKind(kind)
      .filter((policy) => isLast(policy) && !policy.patched)
      .map((policy) => ({
        policy,
        spec: asObject(policy.value['spec']) ?? {},
        bindings: bindings
          .map((binding) => ({ binding, spec: asObject(binding.value['spec']) ?? {} }))
          .filter(({ binding, spec }) => spec['policyName'] === policy.name && !binding.patched),
      }));
    bound[kind].set(cluster, known);
  }
  return known;
}

/** What policies say when an object is applied. */
export function policyRefusals(cluster: Cluster, object: KubeObject, known: Known): readonly PolicyRefusal[] {
  if (object.group === GROUP || known.by === 'nothing' || boundPolicies(cluster, VALIDATING).length === 0) return [];
  const creation = creationOf(cluster, object, known);
  const old = cluster.factOf(object);
  const value = known.by === 'definition' ? customObject(object.value, known.custom, cluster.release) : object.value;
  return refusals(cluster, creation, isObject(value) ? value : object.value, {
    pod: object.kind === 'Pod' && object.group === '',
    generated: false,
    custom: known.by === 'definition',
    old: old?.value ?? null,
  });
}

/** What policies say when a controller makes a Pod of a template. */
export function podPolicyRefusals(cluster: Cluster, pod: PodTemplate): readonly PolicyRefusal[] {
  if (boundPolicies(cluster, VALIDATING).length === 0) return [];
  const creation = creationOfPod(cluster, pod);
  const value = { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata, spec: pod.spec };
  return refusals(cluster, creation, value, { pod: true, generated: true, custom: false, old: null });
}

/** The Namespace as expressions see it: null where there is none, undefined where nobody shows it. */
export function namespaceObject(cluster: Cluster, namespace: string): JsonObject | null | undefined {
  if (namespace === '') return null;
  const object = cluster.get('Namespace', '', namespace);
  if (object === undefined || object.patched) return undefined;
  const metadata = asObject(object.value['metadata']) ?? {};
  return { metadata: { ...metadata, labels: labelsOfNamespace(cluster, namespace) ?? {} }, spec: object.value['spec'] };
}

function refusals(
  cluster: Cluster,
  creation: Creation,
  object: JsonObject,
  as: { readonly pod: boolean; readonly generated: boolean; readonly custom: boolean; readonly old: JsonObject | null },
): readonly PolicyRefusal[] {
  const engine = cel();
  if (engine === undefined) return [];
  const found: PolicyRefusal[] = [];
  const { namespace, kind } = creation;
  for (const { policy, spec, bindings } of boundPolicies(cluster, VALIDATING)) {
    if (bindings.length === 0 || !mayMatch(cluster) || matchesResources(spec['matchConstraints'], creation) !== true) continue;
    for (const { binding, spec: bindingSpec } of bindings) {
      const action = actionOf(bindingSpec['validationActions']);
      if (action === undefined || matchesResources(bindingSpec['matchResources'], creation) !== true) continue;
      for (const params of paramsOf(cluster, spec, bindingSpec, namespace)) {
        const request = {
          ...creation,
          // A Namespace is in the namespace of its own name, as requests have it.
          namespace: kind === 'Namespace' ? (creation.name ?? '') : namespace,
          object,
          oldObject: as.old,
          namespaceObject: namespaceObject(cluster, namespace),
          stored: {
            pod: as.pod,
            generated: as.generated,
            custom: as.custom,
            limited: as.pod && cluster.ofKind('LimitRange').some((it) => it.namespace === namespace),
            namespace,
            kind,
          },
        };
        const value = params === null ? null : params?.value;
        for (const denial of engine.policyDenials(spec, request, value, isSecret(object, params))) {
          const who = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
          const says =
            action === 'Deny' ? `${who} denied request: ${denial.message}` : `Validation failed for ${who}: ${denial.message}`;
          found.push({ ...denial, policy, binding, params: params ?? undefined, action, says, exists: as.old !== null });
        }
      }
    }
  }
  return found;
}

export function isSecret(object: JsonObject, params: KubeObject | null | undefined): boolean {
  return object['kind'] === 'Secret' || params?.kind === 'Secret';
}

function actionOf(actions: unknown): 'Deny' | 'Warn' | undefined {
  const list = asArray(actions);
  if (list.some(isUnknown)) return undefined;
  return list.includes('Deny') ? 'Deny' : list.includes('Warn') ? 'Warn' : undefined;
}

/** The params of a binding: null for a policy without any, undefined for one that nobody shows. Empty where the policy is not asked. */
export function paramsOf(
  cluster: Cluster,
  policy: JsonObject,
  binding: JsonObject,
  namespace: string,
): readonly (KubeObject | null | undefined)[] {
  const kind = asObject(policy['paramKind']);
  const reference = asObject(binding['paramRef']);
  if (kind === undefined || reference === undefined) return [null];
  const [apiVersion, wanted] = [asString(kind['apiVersion']), asString(kind['kind'])];
  if (wanted === undefined || isUnknown(wanted)) return [undefined];
  const inNamespace = asString(reference['namespace']) ?? namespace;
  const name = asString(reference['name']);
  if (name !== undefined) {
    // One that is not there may be in the cluster all the same.
    const found = cluster.get(wanted, inNamespace, name) ?? cluster.get(wanted, '', name);
    return [found !== undefined && found.apiVersion === apiVersion && found.decodes && !found.patched ? found : undefined];
  }
  const selector = parseLabelSelector(reference['selector']);
  return selector === undefined
    ? [undefined]
    : selectedParams(cluster, binding, selector, `${apiVersion}/${wanted}`, inNamespace);
}

const paramLists = new WeakMap<Cluster, Map<JsonObject, Map<string, readonly KubeObject[]>>>();

/** The params that a binding selects in a namespace; looked for once. */
function selectedParams(
  cluster: Cluster,
  binding: JsonObject,
  selector: LabelSelector,
  type: string,
  namespace: string,
): readonly KubeObject[] {
  let ofCluster = paramLists.get(cluster);
  if (ofCluster === undefined) paramLists.set(cluster, (ofCluster = new Map()));
  let lists = ofCluster.get(binding);
  if (lists === undefined) ofCluster.set(binding, (lists = new Map()));
  let list = lists.get(namespace);
  if (list === undefined) {
    const labelsOf = (it: KubeObject): JsonObject => asObject(asObject(it.value['metadata'])?.['labels']) ?? {};
    list = cluster
      .ofKind(type.slice(type.lastIndexOf('/') + 1))
      .filter((it) => `${it.apiVersion}/${it.kind}` === type && it.decodes && !it.patched)
      .filter((it) => (it.namespace === '' || it.namespace === namespace) && matchesSelector(selector, labelsOf(it)) === true);
    lists.set(namespace, list);
  }
  return list;
}
