import { dns1123LabelFaults, labelValueFaults, nameIsDnsSubdomain, qualifiedNameFaults } from '../../../api/names.ts';
import { validateLabelSelector } from '../labels.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';
import { validateMatchAndMismatchLabelKeys, validateMatchLabelKeys } from './label-keys.ts';

/** MatchLabelKeysInPodTopologySpreadSelectorMerge came with 1.34. */
const MERGED_LABEL_KEYS_SINCE = 34;
const POSITIVE = 'must be greater than zero';

/** `topologySpreadConstraints`, the scope standing at the spec. Mirrors validateTopologySpreadConstraints. */
export function validateTopologySpread(v: Scope, pod: PodFacts): void {
  const constraints = itemsOf(pod.spec['topologySpreadConstraints']);
  if (constraints.length > 0) v.each('topologySpreadConstraints', constraints, validateConstraint, { pod, constraints });
}

interface SpreadState {
  readonly pod: PodFacts;
  readonly constraints: readonly unknown[];
}

function validateConstraint(v: Scope, constraint: Fields, index: number, state: SpreadState): void {
  const maxSkew = numberOf(constraint['maxSkew']) ?? 0;
  if (maxSkew <= 0) v.invalid('maxSkew', maxSkew, POSITIVE);
  const topologyKey = textOf(constraint['topologyKey']);
  if (topologyKey === '') v.required('topologyKey', 'can not be empty');
  const action = textOf(constraint['whenUnsatisfiable']);
  if (action !== 'DoNotSchedule' && action !== 'ScheduleAnyway') {
    v.unsupported('whenUnsatisfiable', action, ['DoNotSchedule', 'ScheduleAnyway']);
  }
  if (isRepeated(state.constraints, index, topologyKey, action)) {
    v.duplicate([], `{${topologyKey}, ${action}}`, '', '.{topologyKey, whenUnsatisfiable}');
  }
  const minDomains = numberOf(constraint['minDomains']);
  if (minDomains !== undefined) {
    if (minDomains <= 0) v.invalid('minDomains', minDomains, POSITIVE);
    if (action !== 'DoNotSchedule') {
      v.invalid('minDomains', minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
    }
  }
  validatePolicy(v, 'nodeAffinityPolicy', constraint['nodeAffinityPolicy']);
  validatePolicy(v, 'nodeTaintsPolicy', constraint['nodeTaintsPolicy']);
  if (v.minor >= MERGED_LABEL_KEYS_SINCE) validateMatchAndMismatchLabelKeys(v, constraint, state.pod, false);
  else validateMatchLabelKeys(v, constraint);
  if (isSet(constraint['labelSelector'])) v.in('labelSelector', constraint['labelSelector'], validateLabelSelector);
}

/** Looks at the later constraints; bounded, since nobody writes many. */
function isRepeated(constraints: readonly unknown[], index: number, topologyKey: string, action: string): boolean {
  const end = Math.min(constraints.length, index + 100);
  for (let i = index + 1; i < end; i++) {
    const other = fieldsOf(constraints[i]);
    if (textOf(other['topologyKey']) === topologyKey && textOf(other['whenUnsatisfiable']) === action) return true;
  }
  return false;
}

function validatePolicy(v: Scope, at: string, policy: unknown): void {
  if (isSet(policy) && policy !== 'Honor' && policy !== 'Ignore') v.unsupported(at, policy, ['Honor', 'Ignore']);
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** One toleration, the scope standing at it. Mirrors ValidateTolerations. */
export function validateToleration(v: Scope, toleration: Fields): void {
  const key = textOf(toleration['key']);
  const operator = textOf(toleration['operator']);
  const value = textOf(toleration['value']);
  const effect = textOf(toleration['effect']);
  if (key !== '') v.invalids('key', key, qualifiedNameFaults(key, v.minor));
  if (key === '' && operator !== 'Exists') {
    v.invalid('operator', operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"');
  }
  if (isSet(toleration['tolerationSeconds']) && effect !== 'NoExecute') {
    v.invalid('effect', effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  if (operator === 'Equal' || operator === '') {
    const faults = labelValueFaults(value, v.minor);
    if (faults.length > 0) v.invalid('value', value, faults.join(';'), '.operator');
  } else if (operator === 'Exists') {
    if (value !== '') v.invalid('value', value, "value must be empty when `operator` is 'Exists'", '.operator');
  } else {
    // Lt and Gt wait behind a feature gate, and are then named as supported.
    const comparison = v.minor >= 35 && (operator === 'Lt' || operator === 'Gt');
    v.unsupported('operator', operator, comparison ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']);
  }
  if (effect !== '' && !EFFECTS.includes(effect)) v.unsupported('effect', effect, EFFECTS);
}

/** Scheduling gates and readiness gates, the scope standing at the spec. */
export function validateReadinessGates(v: Scope, gates: readonly unknown[]): void {
  for (let i = 0; i < gates.length; i++) {
    const type = textOf(fieldsOf(gates[i])['conditionType']);
    const faults = qualifiedNameFaults(type, v.minor);
    if (faults.length > 0) v.invalids(['readinessGates', i, 'conditionType'], type, faults);
  }
}

export function validateSchedulingGates(v: Scope, gates: readonly unknown[]): void {
  if (gates.length === 0) return;
  const seen = new Set<string>();
  for (let i = 0; i < gates.length; i++) {
    const name = textOf(fieldsOf(gates[i])['name']);
    const faults = qualifiedNameFaults(name, v.minor);
    if (faults.length > 0) v.invalids(['schedulingGates', i, 'name'], name, faults, `.schedulingGates[${i}]`);
    if (seen.has(name)) v.duplicate(['schedulingGates', i, 'name'], name, '', `.schedulingGates[${i}]`);
    seen.add(name);
  }
}

/** `resourceClaims`, the scope standing at the spec. Mirrors validatePodResourceClaims. */
export function validateResourceClaims(v: Scope, pod: PodFacts): void {
  const claims = itemsOf(pod.spec['resourceClaims']);
  if (claims.length > 0) v.each('resourceClaims', claims, validateResourceClaim, { pod, names: new Set<string>() });
}

function validateResourceClaim(v: Scope, claim: Fields, _index: number, state: { pod: PodFacts; names: Set<string> }): void {
  if (state.pod.isPod && Object.hasOwn(state.pod.annotations, 'kubernetes.io/config.mirror')) {
    v.forbidden([], 'static pods do not support resource claims', '/[]');
    return;
  }
  const name = textOf(claim['name']);
  if (name === '') v.required('name');
  else if (state.names.has(name)) v.duplicate('name', name);
  else {
    v.invalids('name', name, dns1123LabelFaults(name));
    state.names.add(name);
  }
  const { resourceClaimName, resourceClaimTemplateName } = claim;
  const own = isSet(resourceClaimName);
  const template = isSet(resourceClaimTemplateName);
  const printed = {
    Name: name,
    ResourceClaimName: resourceClaimName ?? null,
    ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
  };
  if (own && template)
    v.invalid([], printed, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  if (!own && !template) v.invalid([], printed, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  if (own) v.invalids('resourceClaimName', textOf(resourceClaimName), nameIsDnsSubdomain(textOf(resourceClaimName), false));
  if (template) {
    const text = textOf(resourceClaimTemplateName);
    v.invalids('resourceClaimTemplateName', text, nameIsDnsSubdomain(text, false));
  }
}
