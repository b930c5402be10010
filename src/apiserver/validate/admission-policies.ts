import {
  byteLength,
  dns1035LabelFaults,
  dns1123SubdomainFaults,
  pathSegmentNameFaults,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateMatchConditions, validateNamedRule } from './admission-rules.ts';
import { validateLabelSelectorAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const MUTATING_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const LONGEST_VALUE_EXPRESSION = 5 * 1024;

/**
 * Mirrors ValidateValidatingAdmissionPolicy of k8s.io/kubernetes/pkg/apis/admissionregistration/validation, without compiling its
 * expressions.
 */
export function validateValidatingPolicy(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateValidatingSpec, textOf(fieldsOf(object.metadata).name));
}

/** Mirrors ValidateMutatingAdmissionPolicy. */
export function validateMutatingPolicy(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateMutatingSpec);
}

function validateCommon(v: Scope, spec: Fields): void {
  const policy = isSet(spec.failurePolicy) ? textOf(spec.failurePolicy) : 'Fail';
  if (policy !== 'Fail' && policy !== 'Ignore') v.unsupported('failurePolicy', policy, ['Fail', 'Ignore']);
  if (isSet(spec.paramKind)) v.in('paramKind', spec.paramKind, validateParamKind);
  if (!isSet(spec.matchConstraints)) v.required('matchConstraints');
  else {
    v.in('matchConstraints', spec.matchConstraints, validateMatchResources);
    if (itemsOf(fieldsOf(spec.matchConstraints).resourceRules).length === 0) v.required(['matchConstraints', 'resourceRules']);
  }
}

function validateValidatingSpec(v: Scope, spec: Fields, name: string): void {
  validateCommon(v, spec);
  validateMatchConditions(v, spec.matchConditions);
  v.each('variables', spec.variables, validateVariable);
  const annotations = itemsOf(spec.auditAnnotations);
  if (itemsOf(spec.validations).length === 0 && annotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    v.required('validations', detail);
    v.required('auditAnnotations', detail);
    return;
  }
  v.each('validations', spec.validations, validateValidation);
  if (annotations.length > 20) v.invalid('auditAnnotations', annotations, 'must not have more than 20 auditAnnotations');
  v.each('auditAnnotations', annotations, validateAuditAnnotation, { name, keys: new Set<string>() });
}

function validateMutatingSpec(v: Scope, spec: Fields): void {
  validateCommon(v, spec);
  validateMutatingOperations(v, 'matchConstraints', spec.matchConstraints);
  validateMatchConditions(v, spec.matchConditions);
  v.each('variables', spec.variables, validateVariable);
  if (itemsOf(spec.mutations).length === 0) v.required('mutations', 'mutations must contain at least one item');
  v.each('mutations', spec.mutations, validateMutation);
  const policy = textOf(spec.reinvocationPolicy);
  if (policy === '') v.required('reinvocationPolicy');
  else if (policy !== 'Never' && policy !== 'IfNeeded') v.unsupported('reinvocationPolicy', policy, ['IfNeeded', 'Never']);
}

function validateMutatingOperations(v: Scope, key: string, resources: unknown): void {
  for (const [i, rule] of itemsOf(fieldsOf(resources).resourceRules).entries()) {
    for (const [j, item] of itemsOf(fieldsOf(rule).operations).entries()) {
      const operation = textOf(item);
      if (MUTATING_OPERATIONS.includes(operation)) continue;
      const at = [key, 'resourceRules', i, 'operations', j];
      v.unsupported(at, operation, MUTATING_OPERATIONS, `.${key}.resourceRules.operations`);
    }
  }
}

function validateParamKind(v: Scope, kind: Fields): void {
  const apiVersion = textOf(kind.apiVersion);
  if (apiVersion === '') v.required('apiVersion');
  else if (!isUnknown(apiVersion)) validateApiVersion(v, apiVersion);
  const name = textOf(kind.kind);
  if (name === '') v.required('kind');
  else {
    const faults = dns1035LabelFaults(name.toLowerCase());
    if (faults.length > 0) v.invalid('kind', name, `may have mixed case, but should otherwise match: ${faults.join(',')}`);
  }
}

function validateApiVersion(v: Scope, apiVersion: string): void {
  const parts = apiVersion.split('/');
  if (parts.length > 2) {
    v.invalid('apiVersion', apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
    return;
  }
  const group = parts.length === 2 ? parts[0]! : '';
  const version = parts.at(-1)!;
  if (group !== '') {
    const faults = dns1123SubdomainFaults(group);
    if (faults.length > 0) v.invalid('apiVersion', group, faults.join(','));
  }
  if (version === '') v.invalid('apiVersion', apiVersion, 'version must be specified');
  else {
    const faults = dns1035LabelFaults(version);
    if (faults.length > 0) v.invalid('apiVersion', version, faults.join(','));
  }
}

function validateMatchResources(v: Scope, resources: Fields): void {
  const policy = isSet(resources.matchPolicy) ? textOf(resources.matchPolicy) : 'Equivalent';
  if (policy !== 'Equivalent' && policy !== 'Exact') v.unsupported('matchPolicy', policy, ['Equivalent', 'Exact']);
  validateLabelSelectorAt(v, 'namespaceSelector', resources.namespaceSelector);
  validateLabelSelectorAt(v, 'objectSelector', resources.objectSelector);
  v.each('resourceRules', resources.resourceRules, validateNamedRule);
  v.each('excludeResourceRules', resources.excludeResourceRules, validateNamedRule);
}

const CEL_RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

function validateVariable(v: Scope, variable: Fields): void {
  const name = textOf(variable.name);
  if (name.trim() === '') v.required('name', 'name is not specified');
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || CEL_RESERVED.has(name)) {
    v.invalid('name', name, 'must be a valid CEL identifier');
  }
  if (textOf(variable.expression).trim() === '') v.required('expression', 'expression is not specified');
}

function validateValidation(v: Scope, validation: Fields): void {
  if (textOf(validation.expression).trim() === '') v.required('expression', 'expression is not specified');
  for (const key of ['messageExpression', 'message']) {
    const text = textOf(validation[key]);
    if (text !== '' && text.trim() === '') v.invalid(key, text, 'must be non-empty if specified');
    else if (key === 'message' && /[\r\n]/.test(text.trim())) v.invalid(key, text, 'must not contain line breaks');
  }
  if (isSet(validation.reason)) {
    const reason = textOf(validation.reason);
    if (!REASONS.includes(reason)) v.unsupported('reason', reason, REASONS);
  }
}

interface Annotations {
  readonly name: string;
  readonly keys: Set<string>;
}

function validateAuditAnnotation(v: Scope, annotation: Fields, _index: number, { name, keys }: Annotations): void {
  const key = textOf(annotation.key);
  if (name === '') v.invalid('key', key, 'requires metadata.name be non-empty');
  else if (!isUnknown(name) && !isUnknown(key)) {
    const full = `${name}/${key}`;
    v.invalids('key', full, qualifiedNameFaults(full, v.minor));
  }
  const expression = textOf(annotation.valueExpression).trim();
  if (expression === '') v.required('valueExpression', 'valueExpression is not specified');
  else if (byteLength(expression) > LONGEST_VALUE_EXPRESSION) {
    v.required('valueExpression', `must not exceed ${LONGEST_VALUE_EXPRESSION} bytes in length`);
  }
  if (keys.has(key)) v.duplicate('key', key);
  keys.add(key);
}

function validateMutation(v: Scope, mutation: Fields): void {
  const type = textOf(mutation.patchType);
  if (type === '') v.required('patchType');
  else if (type === 'JSONPatch') validatePatch(v, mutation, 'jsonPatch', 'applyConfiguration', type);
  else if (type === 'ApplyConfiguration') validatePatch(v, mutation, 'applyConfiguration', 'jsonPatch', type);
  else v.unsupported('patchType', type, ['ApplyConfiguration', 'JSONPatch']);
}

function validatePatch(v: Scope, mutation: Fields, key: string, other: string, type: string): void {
  if (!isSet(mutation[key])) v.required(key, `must be specified when patchType is ${type}`);
  else if (textOf(fieldsOf(mutation[key]).expression).trim() === '') v.required([key, 'expression']);
  if (isSet(mutation[other])) v.invalid(other, `{${other}}`, `must not be specified when patchType is ${type}`);
}

/** Mirrors ValidateValidatingAdmissionPolicyBinding. */
export function validateValidatingBinding(v: Scope, object: Fields): void {
  v.in('spec', object.spec, (inner, spec) => {
    const name = textOf(spec.policyName);
    if (name === '') inner.requiredByDeclaration('policyName');
    else inner.invalids('policyName', name, dns1123SubdomainFaults(name));
    validateBinding(inner, spec);
    validateActions(inner, spec.validationActions);
  });
}

/** Mirrors ValidateMutatingAdmissionPolicyBinding. */
export function validateMutatingBinding(v: Scope, object: Fields): void {
  v.in('spec', object.spec, (inner, spec) => {
    const name = textOf(spec.policyName);
    if (name === '') inner.required('policyName');
    else inner.invalids('policyName', name, dns1123SubdomainFaults(name));
    validateBinding(inner, spec);
    validateMutatingOperations(inner, 'matchResources', spec.matchResources);
  });
}

function validateBinding(v: Scope, spec: Fields): void {
  if (isSet(spec.paramRef)) v.in('paramRef', spec.paramRef, validateParamRef);
  if (isSet(spec.matchResources)) {
    // Servers before 1.32 misspelt it.
    v.collectMoved(
      () => v.in('matchResources', spec.matchResources, validateMatchResources),
      (path) => [...path],
      (name) => (v.minor < 32 ? name.replace('matchResources', 'matchResouces') : name),
    );
  }
}

function validateParamRef(v: Scope, ref: Fields): void {
  const name = textOf(ref.name);
  const exclusive = 'name and selector are mutually exclusive';
  if (name !== '') {
    v.invalids('name', name, pathSegmentNameFaults(name));
    if (isSet(ref.selector)) v.forbidden('name', exclusive);
  }
  validateLabelSelectorAt(v, 'selector', ref.selector);
  if (isSet(ref.selector) && name !== '') v.forbidden('selector', exclusive);
  if (!isSet(ref.selector) && name === '') v.required([], 'one of name or selector must be specified');
  const action = textOf(ref.parameterNotFoundAction);
  if (action === '') v.required('parameterNotFoundAction');
  else if (action !== 'Deny' && action !== 'Allow') v.unsupported('parameterNotFoundAction', action, ['Deny', 'Allow']);
}

function validateActions(v: Scope, list: unknown): void {
  const actions = itemsOf(list).map(textOf);
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) v.unsupported(['validationActions', i], action, ACTIONS);
    if (seen.has(action)) v.duplicate(['validationActions', i], action);
    seen.add(action);
  }
  if (seen.has('Deny') && seen.has('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    v.invalid('validationActions', actions, detail);
  }
  if (actions.length === 0) v.requiredByDeclaration('validationActions', 'at least one validation action is required');
}
