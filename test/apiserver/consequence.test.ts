import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/apiserver/cause.ts';
import { followsFrom } from '../../src/apiserver/consequence.ts';
import type { DecodeFault } from '../../src/apiserver/decode.ts';
import type { Path } from '../../src/source/path.ts';

const cause = (path: Path): Cause => ({ type: 'FieldValueRequired', path, message: 'Required value' });
const unknown = (path: Path, suggestion?: string): DecodeFault => ({
  kind: 'unknown-field',
  path,
  message: '',
  says: '',
  first: true,
  suggestion,
});

describe('a validation fault', () => {
  it('follows from the misspelt name of what is missing', () => {
    const faults = [unknown(['specs'], 'spec')];
    expect(followsFrom(cause(['spec', 'ports']), faults)).toBe(true);
    expect(followsFrom(cause(['spec']), faults)).toBe(true);
    expect(followsFrom(cause(['metadata', 'name']), faults)).toBe(false);
  });

  it('follows from what is not read in the very field', () => {
    const env: Path = ['spec', 'containers', 0, 'env', 0, 'valueFrom'];
    expect(followsFrom(cause(env), [unknown([...env, 'secretRef'])])).toBe(true);
    expect(followsFrom(cause(['spec', 'containers', 1, 'env', 0, 'valueFrom']), [unknown([...env, 'secretRef'])])).toBe(false);
  });

  it('stands by itself beside other faults', () => {
    expect(followsFrom(cause(['spec', 'ports']), [])).toBe(false);
    expect(followsFrom(cause(['spec', 'ports']), [{ ...unknown(['spec', 'x']), kind: 'wrong-type' }])).toBe(false);
    expect(followsFrom(cause(['spec', 'ports']), [unknown(['spec', 'prots'])])).toBe(false);
  });
});
