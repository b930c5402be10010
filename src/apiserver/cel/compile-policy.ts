import { asObject, asString, type JsonObject } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, invalid } from '../cause.ts';
import { compileCel, objectsIn } from './compile.ts';
import { ANY, BOOL, type CelType, DYN, INT, listOf, mapOf, objectOf, printType, STRING } from './types.ts';

/**
 * What the server says of the expressions of a ValidatingAdmissionPolicy or a MutatingAdmissionPolicy when it is created. Mirrors the validation of
 * k8s.io/kubernetes/pkg/apis/admissionregistration and the compiler of k8s.io/apiserver/pkg/admission/plugin/cel.
 */
export function policyExpressionCauses(policy: JsonObject): readonly Cause[] {
  const spec = asObject(policy['spec']) ?? {};
  const hasParams = spec['paramKind'] !== undefined && spec['paramKind'] !== null;
  const causes: Cause[] = [];
  const variables = new Map<string, CelType>();
  const composed: CelType = { kind: 'object', field: (name) => variables.get(name) };
  const declared = (authorizer: boolean) => (name: string) => {
    if (name === 'variables') return composed;
    if (name === 'params') return hasParams ? DYN : undefined;
    if (name === 'authorizer') return authorizer ? ANY : undefined;
    return ENVIRONMENT[name];
  };
  const compile = (source: string, at: Path, kinds: readonly string[], environment = declared(true)): CelType => {
    if (source.trim() === '') return ANY;
    const { fault, type } = compileCel(source, environment);
    const mismatch = kinds.length === 0 || type.kind === 'any' || kinds.includes(type.kind) ? undefined : wrongType(kinds, type);
    const detail = fault ?? mismatch;
    if (detail !== undefined) causes.push(invalid(at, source, detail));
    return detail === undefined ? type : ANY;
  };
  const withoutVariables = (name: string) => (name === 'variables' ? undefined : declared(true)(name));
  for (const [condition, i] of objectsIn(spec['matchConditions']))
    compile(textOf(condition, 'expression'), ['spec', 'matchConditions', i, 'expression'], ['bool'], withoutVariables);
  for (const [variable, i] of objectsIn(spec['variables'])) {
    const type = compile(textOf(variable, 'expression'), ['spec', 'variables', i, 'expression'], []);
    variables.set(textOf(variable, 'name'), type);
  }
  for (const [validation, i] of objectsIn(spec['validations'])) {
    const at = ['spec', 'validations', i];
    compile(textOf(validation, 'expression'), [...at, 'expression'], ['bool']);
    compile(textOf(validation, 'messageExpression'), [...at, 'messageExpression'], ['string'], declared(false));
  }
  for (const [annotation, i] of objectsIn(spec['auditAnnotations']))
    compile(textOf(annotation, 'valueExpression'), ['spec', 'auditAnnotations', i, 'valueExpression'], ['string', 'null']);
  for (const [mutation, i] of objectsIn(spec['mutations'])) {
    const key = PATCHES[textOf(mutation, 'patchType')];
    const source = key === undefined ? '' : textOf(asObject(mutation[key]) ?? {}, 'expression').trim();
    if (key === undefined || source === '') continue;
    const { fault, type, expr } = compileCel(source, declared(true), patchMessage);
    const empty = expr?.kind === 'list' && expr.elements.length === 0;
    const detail = fault ?? wrongPatch(key, empty ? listOf(DYN) : type);
    if (detail !== undefined) causes.push(invalid(['spec', 'mutations', i, key, 'expression'], source, detail));
  }
  return causes;
}

const PATCHES: Readonly<Record<string, 'applyConfiguration' | 'jsonPatch' | undefined>> = {
  __proto__: null as never,
  ApplyConfiguration: 'applyConfiguration',
  JSONPatch: 'jsonPatch',
};

/** What a mutation's expression must not give; undefined where that is right, or not known. */
function wrongPatch(key: 'applyConfiguration' | 'jsonPatch', type: CelType): string | undefined {
  if (type.kind === 'any') return undefined;
  if (key === 'applyConfiguration') return type.kind === 'Object' ? undefined : wrongType(['Object'], type);
  const [item] = type.kind === 'list' ? (type.params ?? []) : [];
  return item?.kind === 'any' || item?.kind === 'JSONPatch' ? undefined : wrongType(['list(JSONPatch)'], type);
}

/** The messages that mutations may make: of objects any field may be set, and to anything. Mirrors k8s.io/apiserver/pkg/cel/mutation. */
function patchMessage(name: string): CelType | undefined {
  if (name === 'JSONPatch') return JSON_PATCH;
  return name === 'Object' || name.startsWith('Object.') ? { kind: name, field: () => DYN } : undefined;
}

const JSON_PATCH = objectOf({ op: STRING, path: STRING, from: STRING, value: DYN }, 'JSONPatch');

function textOf(object: JsonObject, key: string): string {
  return asString(object[key]) ?? '';
}

function wrongType(kinds: readonly string[], type: CelType): string {
  const wanted = kinds.length === 1 ? kinds[0] : 'one of [string null_type]';
  return `must evaluate to ${wanted} but got ${printType(type)}`;
}

const TEXTS = mapOf(STRING, STRING);
const TIME: CelType = { kind: 'timestamp' };
const KIND = objectOf({ group: STRING, version: STRING, kind: STRING }, 'kubernetes.GroupVersionKind');
const RESOURCE = objectOf({ group: STRING, version: STRING, resource: STRING }, 'kubernetes.GroupVersionResource');
const USER = { username: STRING, uid: STRING, groups: listOf(STRING), extra: mapOf(STRING, listOf(STRING)) };
const METADATA = {
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  labels: TEXTS,
  annotations: TEXTS,
  UID: STRING,
  creationTimestamp: TIME,
  deletionGracePeriodSeconds: INT,
  deletionTimestamp: TIME,
  generation: INT,
  resourceVersion: STRING,
  finalizers: listOf(STRING),
};

/** The variables of BuildRequestType and BuildNamespaceType; objects are whatever they are. */
const ENVIRONMENT: Readonly<Record<string, CelType>> = {
  object: DYN,
  oldObject: DYN,
  request: objectOf(
    {
      kind: KIND,
      resource: RESOURCE,
      subResource: STRING,
      requestKind: KIND,
      requestResource: RESOURCE,
      requestSubResource: STRING,
      name: STRING,
      namespace: STRING,
      operation: STRING,
      userInfo: objectOf(USER, 'kubernetes.UserInfo'),
      dryRun: BOOL,
      options: DYN,
    },
    'kubernetes.AdmissionRequest',
  ),
  namespaceObject: objectOf(
    {
      metadata: objectOf(METADATA, 'kubernetes.NamespaceMetadata'),
      spec: objectOf({ finalizers: listOf(STRING) }, 'kubernetes.NamespaceSpec'),
      status: objectOf({ phase: STRING, conditions: ANY }, 'kubernetes.NamespaceStatus'),
    },
    'kubernetes.Namespace',
  ),
};
