import type { Path } from '../source/path.ts';
import type { Cause } from './cause.ts';
import type { DecodeFault } from './decode.ts';

/**
 * Whether validation finds fault only because decoding did not know a field: what is missing was written under a misspelt name, or the
 * field that holds it is empty without what was not read. The API server stops at the unknown field and says nothing of the rest.
 */
export function followsFrom(cause: Cause, faults: readonly DecodeFault[]): boolean {
  for (const fault of faults) {
    if (fault.kind !== 'unknown-field') continue;
    const parent = fault.path.slice(0, -1);
    if (startsWith(cause.path, parent) && cause.path.length === parent.length) return true;
    if (fault.suggestion !== undefined && startsWith(cause.path, [...parent, fault.suggestion])) return true;
  }
  return false;
}

function startsWith(path: Path, start: Path): boolean {
  return path.length >= start.length && start.every((segment, i) => path[i] === segment);
}
