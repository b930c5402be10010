import { asArray, asObject, isObject, type JsonObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cause } from './cause.ts';
import { cel } from './cel.ts';
import { isShared } from './validate/custom-resource-definition.ts';

const NONE: readonly Cause[] = [];

/**
 * What the server says of the CEL expressions in an object that is right otherwise: it compiles them when it creates a
 * CustomResourceDefinition, a ValidatingAdmissionPolicy or a MutatingAdmissionPolicy. Nothing where CEL is not loaded.
 */
export function expressionCauses(value: JsonObject, apiVersion: string, kind: string, minor: number): readonly Cause[] {
  const engine = cel();
  if (engine === undefined) return NONE;
  if (
    (kind === 'ValidatingAdmissionPolicy' || kind === 'MutatingAdmissionPolicy') &&
    apiVersion.startsWith('admissionregistration.k8s.io/')
  )
    return engine.policyExpressionCauses(value);
  if (kind !== 'CustomResourceDefinition' || apiVersion !== 'apiextensions.k8s.io/v1') return NONE;
  const versions = asArray(asObject(value['spec'])?.['versions']).filter(isObject);
  const ofAll = isShared(versions, 'schema');
  const causes: Cause[] = [];
  for (const [i, version] of versions.entries()) {
    const schema = asObject(version['schema'])?.['openAPIV3Schema'];
    if (!isObject(schema) || isUnknown(version['name'])) continue;
    const name = ofAll ? 'spec.validation.openAPIV3Schema' : `spec.versions[${i}].schema.openAPIV3Schema`;
    causes.push(...engine.schemaRuleCauses(schema, ['spec', 'versions', i, 'schema', 'openAPIV3Schema'], name, minor));
    if (ofAll) break;
  }
  return causes;
}
