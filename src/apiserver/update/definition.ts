import { asArray, asObject, asString, at, type JsonObject } from '../../api/manifest.ts';
import type { Cause } from '../cause.ts';
import { canonical } from '../custom-lists.ts';
import type { Check } from './check.ts';
import { plainly } from './check.ts';

/** Mirrors ValidateCustomResourceDefinitionUpdate of apiextensions-apiserver. A definition that is there is taken to be established. */
export function customResourceDefinition(check: Check): void {
  check.immutable(['spec', 'scope'], plainly);
  check.immutable(['spec', 'names', 'kind'], plainly);
  check.immutable(['spec', 'group'], plainly);
  check.immutable(['spec', 'names', 'plural'], plainly);
  storedVersions(check);
}

/** What was stored in a version can only be read as long as the definition has it. */
function storedVersions(check: Check): void {
  const { versions } = check.nextAt('spec');
  if (!Array.isArray(versions)) return;
  const names = new Set(versions.map((version) => asObject(version)?.['name']));
  for (const [index, version] of stored(check).entries()) {
    if (version === undefined || names.has(version)) continue;
    const says =
      check.minor >= 33
        ? `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`
        : 'must appear in spec.versions';
    check.add('FieldValueInvalid', ['status', 'storedVersions', index], `Invalid value: ${JSON.stringify(version)}: ${says}`, [
      'spec',
      'versions',
    ]);
  }
}

function stored(check: Check): readonly (string | undefined)[] {
  const told = check.oldAt('status')['storedVersions'];
  if (Array.isArray(told)) return told.map(asString);
  const storage = asArray(check.oldAt('spec')['versions'])
    .map(asObject)
    .find((version) => version?.['storage'] === true);
  return storage === undefined ? [] : [asString(storage['name'])];
}

/**
 * What is said of a definition that is there already: a rule that is too dear by itself may stay in a version whose schema is not changed.
 * Mirrors suppressExpressionCostForUnchangedSchema of apiextensions-apiserver.
 */
export function withoutOldCosts(causes: readonly Cause[], old: JsonObject, next: JsonObject): readonly Cause[] {
  const isOld = ({ path, message }: Cause): boolean => {
    if (!message.startsWith('Forbidden: estimated ') || path[1] !== 'versions') return false;
    const version = asObject(at(next, path.slice(0, 3)));
    const before = asArray(at(old, ['spec', 'versions'])).map(asObject);
    const there = before.find((one) => one?.['name'] === version?.['name']);
    return there !== undefined && canonical(there['schema']) === canonical(version?.['schema']);
  };
  return causes.some(isOld) ? causes.filter((cause) => !isOld(cause)) : causes;
}
