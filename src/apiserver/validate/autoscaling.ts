import { dns1123LabelFaults, pathSegmentNameFaults } from '../../api/names.ts';
import { parseQuantity, quantitySign } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import { containerResourceName, nonnegativeQuantity, printQuantity } from './quantities.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
const NO_ZERO = 'must specify at least one Object or External metric to support scaling to zero replicas';
const LONGEST_PERIOD = 1800;
const LONGEST_WINDOW = 3600;

/** Mirrors ValidateHorizontalPodAutoscaler of k8s.io/kubernetes/pkg/apis/autoscaling/validation, for v2. */
export function validateHorizontalPodAutoscaler(v: Scope, object: Fields): void {
  v.in('spec', object.spec, (inner, spec) => {
    validateReplicas(inner, spec);
    inner.in('scaleTargetRef', spec.scaleTargetRef, validateReference, 'target');
    validateMetrics(inner, spec);
    if (isSet(spec.behavior)) inner.in('behavior', spec.behavior, validateBehavior);
  });
}

/** The same for v1, whose one metric is a number. What older clients keep in annotations is not judged. */
export function validateHorizontalPodAutoscalerV1(v: Scope, object: Fields): void {
  const annotated = Object.keys(fieldsOf(fieldsOf(object.metadata).annotations)).some((key) =>
    key.startsWith('autoscaling.alpha.'),
  );
  v.in('spec', object.spec, (inner, spec) => {
    validateReplicas(inner, spec);
    inner.in('scaleTargetRef', spec.scaleTargetRef, validateReference, 'target');
    const target = numberOf(spec.targetCPUUtilizationPercentage);
    if (target !== undefined && target < 1) {
      const field = '.metrics[0].resource.target.averageUtilization';
      inner.invalid('targetCPUUtilizationPercentage', target, 'must be greater than 0', field);
    }
    if (spec.minReplicas === 0 && !annotated) inner.forbidden('minReplicas', NO_ZERO, '.metrics');
  });
}

function validateReplicas(v: Scope, spec: Fields): void {
  const min = numberOf(spec.minReplicas) ?? 1;
  const max = numberOf(spec.maxReplicas) ?? 0;
  const lowest = v.minor >= 37 ? 0 : 1;
  if (min < lowest) v.invalidByDeclaration('minReplicas', min, `must be greater than or equal to ${lowest}`);
  if (v.minor < 36) {
    if (max < 1) v.invalid('maxReplicas', max, 'must be greater than 0');
  } else if (max === 0) v.requiredByDeclaration('maxReplicas', 'must be set and greater than 0');
  else if (max < 0) v.invalidByDeclaration('maxReplicas', max, 'must be greater than or equal to 1');
  if (max < min) v.invalid('maxReplicas', max, 'must be greater than or equal to `minReplicas`');
}

/** `target`: of scaleTargetRef, which must name a group. */
function validateReference(v: Scope, ref: Fields, role: 'target' | 'object'): void {
  for (const key of ['kind', 'name']) {
    const value = textOf(ref[key]);
    if (value === '') v.required(key);
    else v.invalids(key, value, pathSegmentNameFaults(value));
  }
  if (v.minor < 34) return;
  const apiVersion = textOf(ref.apiVersion);
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) v.invalid('apiVersion', apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else if (role === 'target' && (slashes === 0 || apiVersion.startsWith('/')) && ref.kind !== 'ReplicationController') {
    if (!isUnknown(ref.kind)) v.invalid('apiVersion', apiVersion, 'apiVersion must specify API group');
  }
}

function validateMetrics(v: Scope, spec: Fields): void {
  const metrics = itemsOf(spec.metrics);
  v.each('metrics', metrics, validateMetric);
  if (spec.minReplicas !== 0) return;
  const types = metrics.map((metric) => textOf(fieldsOf(metric).type));
  if (!types.some((type) => type === 'Object' || type === 'External' || isUnknown(type))) v.forbidden('metrics', NO_ZERO);
}

interface Source {
  readonly key: string;
  readonly type: string;
  readonly validate: (v: Scope, source: Fields) => void;
}

const SOURCES: readonly Source[] = [
  { key: 'object', type: 'Object', validate: validateObject },
  { key: 'external', type: 'External', validate: validateExternal },
  { key: 'pods', type: 'Pods', validate: validatePods },
  { key: 'resource', type: 'Resource', validate: validateResource },
  { key: 'containerResource', type: 'ContainerResource', validate: validateContainerResource },
];

function validateMetric(v: Scope, metric: Fields): void {
  const type = textOf(metric.type);
  if (type === '') v.required('type', 'must specify a metric source type');
  if (!METRIC_TYPES.includes(type)) v.unsupported('type', type, METRIC_TYPES);
  const present = SOURCES.filter((source) => isSet(metric[source.key]));
  const first = present[0];
  if (first !== undefined) v.in(first.key, metric[first.key], first.validate);
  const expected = SOURCES.find((source) => source.type === type);
  if (expected === undefined) v.unsupported('type', type, METRIC_TYPES);
  else if (!isSet(metric[expected.key])) v.required(expected.key, 'must populate information for the given metric source');
  if (present.length === 1 || isUnknown(type)) return;
  for (const source of present) {
    if (source !== expected) v.forbidden(source.key, 'must populate the given metric source only');
  }
}

function validateObject(v: Scope, source: Fields): void {
  v.in('describedObject', source.describedObject, validateReference, 'object');
  v.in('metric', source.metric, validateIdentifier);
  v.in('target', source.target, validateTarget);
  const target = fieldsOf(source.target);
  if (!isSet(target.value) && !isSet(target.averageValue)) {
    v.required(['target', 'averageValue'], 'must set either a target value or averageValue');
  }
}

function validateExternal(v: Scope, source: Fields): void {
  v.in('metric', source.metric, validateIdentifier);
  v.in('target', source.target, validateTarget);
  const target = fieldsOf(source.target);
  if (!isSet(target.value) && !isSet(target.averageValue)) {
    v.required(['target', 'averageValue'], 'must set either a target value for metric or a per-pod target');
  }
  if (isSet(target.value) && isSet(target.averageValue)) {
    v.forbidden(['target', 'value'], 'may not set both a target value for metric and a per-pod target');
  }
}

function validatePods(v: Scope, source: Fields): void {
  v.in('metric', source.metric, validateIdentifier);
  v.in('target', source.target, validateTarget);
  if (!isSet(fieldsOf(source.target).averageValue)) {
    v.required(['target', 'averageValue'], 'must specify a positive target averageValue');
  }
}

function validateContainerResource(v: Scope, source: Fields): void {
  const name = textOf(source.name);
  if (name === '') v.required('name', 'must specify a resource name');
  else containerResourceName(v, 'name', name);
  const container = textOf(source.container);
  if (container === '') v.required('container', 'must specify a container');
  else v.invalids('container', container, dns1123LabelFaults(container));
  validateRawOrUtilization(v, source);
}

function validateResource(v: Scope, source: Fields): void {
  if (textOf(source.name) === '') v.required('name', 'must specify a resource name');
  validateRawOrUtilization(v, source);
}

function validateRawOrUtilization(v: Scope, source: Fields): void {
  v.in('target', source.target, validateTarget);
  const target = fieldsOf(source.target);
  if (!isSet(target.averageUtilization) && !isSet(target.averageValue)) {
    v.required(['target', 'averageUtilization'], 'must set either a target raw value or a target utilization');
  }
  if (isSet(target.averageUtilization) && isSet(target.averageValue)) {
    v.forbidden(['target', 'averageValue'], 'may not set both a target raw value and a target utilization');
  }
}

function validateTarget(v: Scope, target: Fields): void {
  const type = textOf(target.type);
  if (type === '') v.required('type', 'must specify a metric target type');
  if (!TARGET_TYPES.includes(type)) v.invalid('type', type, 'must be either Utilization, Value, or AverageValue');
  for (const key of ['value', 'averageValue']) {
    const quantity = parseQuantity(target[key]);
    if (quantity !== undefined && quantitySign(quantity) <= 0) v.invalid(key, printQuantity(quantity), 'must be positive');
  }
  const utilization = numberOf(target.averageUtilization);
  if (utilization !== undefined && utilization < 1) v.invalid('averageUtilization', utilization, 'must be greater than 0');
}

function validateIdentifier(v: Scope, metric: Fields): void {
  const name = textOf(metric.name);
  if (name === '') v.required('name', 'must specify a metric name');
  else v.invalids('name', name, pathSegmentNameFaults(name));
}

function validateBehavior(v: Scope, behavior: Fields): void {
  if (isSet(behavior.scaleUp)) v.in('scaleUp', behavior.scaleUp, validateRules);
  if (isSet(behavior.scaleDown)) v.in('scaleDown', behavior.scaleDown, validateRules);
}

/** An absent list of policies gets the defaults; an empty one does not. */
function validateRules(v: Scope, rules: Fields): void {
  const window = numberOf(rules.stabilizationWindowSeconds);
  const at = 'stabilizationWindowSeconds';
  if (window !== undefined && window < 0) v.invalid(at, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > LONGEST_WINDOW) v.invalid(at, window, `must be less than or equal to ${LONGEST_WINDOW}`);
  const policy = textOf(rules.selectPolicy);
  if (isSet(rules.selectPolicy) && !SELECT_POLICIES.includes(policy)) v.unsupported('selectPolicy', policy, SELECT_POLICIES);
  if (Array.isArray(rules.policies) && rules.policies.length === 0) v.required('policies', 'must specify at least one Policy');
  v.each('policies', rules.policies, validatePolicy);
  // A gate dropped the field before 1.35.
  if (isSet(rules.tolerance) && v.minor >= 35) nonnegativeQuantity(v, 'tolerance', rules.tolerance);
}

function validatePolicy(v: Scope, policy: Fields): void {
  const type = textOf(policy.type);
  if (type !== 'Pods' && type !== 'Percent') v.unsupported('type', type, ['Percent', 'Pods']);
  const value = numberOf(policy.value) ?? 0;
  if (value <= 0) v.invalid('value', value, 'must be greater than zero');
  const period = numberOf(policy.periodSeconds) ?? 0;
  if (period <= 0) v.invalid('periodSeconds', period, 'must be greater than zero');
  if (period > LONGEST_PERIOD) v.invalid('periodSeconds', period, `must be less than or equal to ${LONGEST_PERIOD}`);
}
