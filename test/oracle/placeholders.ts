import type { JsonObject } from '../../src/api/manifest.ts';
import { type Mutant, pick, type Random, textOf } from './mutants.ts';

const PLACEHOLDERS = ['${X}', '{{ x }}', 'a-${X}', 'x{{y}}z', '${X:=5}', 'ENC[x]'];

type Holder = Record<string | number, unknown>;

/** A copy of a manifest with a placeholder in the place of one value that is no collection, or of one key. */
export function unfilled(original: JsonObject, random: Random): Mutant | undefined {
  const value = structuredClone(original) as Holder;
  const places = placesIn(value, []);
  if (places.length === 0) return undefined;
  const { holder, key, path } = pick(random, places);
  const placeholder = pick(random, PLACEHOLDERS);
  const inner = holder[key];
  const renames = !Array.isArray(holder) && random() < 0.15;
  if (renames) {
    delete holder[key];
    holder[placeholder] = inner;
  } else if (typeof inner === 'object' && inner !== null) return undefined;
  else holder[key] = placeholder;
  return { what: `${renames ? 'the key of ' : ''}${path.join('.')} is ${placeholder}`, text: textOf(value) };
}

interface Place {
  readonly holder: Holder;
  readonly key: string | number;
  readonly path: readonly (string | number)[];
}

/** The type, which another rule is about, and the namespace, which the oracle would make, are left alone. */
function placesIn(value: unknown, path: readonly (string | number)[]): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.entries(holder).flatMap(([name, inner]) => {
    const key = Array.isArray(value) ? Number(name) : name;
    const here = [...path, key];
    if (path.length === 0 && (name === 'apiVersion' || name === 'kind' || name === 'metadata'))
      return name === 'metadata' ? placesIn(inner, here) : [];
    if (path.length === 1 && path[0] === 'metadata' && name === 'namespace') return [];
    return [{ holder, key, path: here }, ...placesIn(inner, here)];
  });
}
