import { asObject, type JsonObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Check } from './check.ts';

const SAYS = 'field is immutable when `immutable` is set';

/** Mirrors ValidateConfigMapUpdate of pkg/apis/core/validation. */
export function configMap(check: Check): void {
  if (check.old['immutable'] !== true) return;
  stillImmutable(check);
  for (const field of ['data', 'binaryData']) frozen(check, field);
}

/** Mirrors ValidateSecretUpdate. What is written as `stringData` is data by then. */
export function secret(check: Check): void {
  const type = check.changed(['type']);
  if (type !== undefined)
    check.add(
      'FieldValueInvalid',
      ['type'],
      `Invalid value: ${JSON.stringify(check.next['type'] ?? 'Opaque')}: field is immutable`,
    );
  if (check.old['immutable'] !== true) return;
  stillImmutable(check);
  const [old, next] = [dataOf(check.old), dataOf(check.next)];
  // A key that goes out of stringData stays in the data.
  const gone = asObject(check.old['stringData']) ?? {};
  const after = { ...next };
  for (const key of Object.keys(gone)) if (!Object.hasOwn(after, key) && Object.hasOwn(old, key)) after[key] = old[key];
  const [before, changed] = [check.old, check.next];
  const found = check.changed(['data'], { ...before, data: old }, { ...changed, data: after });
  if (found === undefined) return;
  const key = found.path[1];
  const text = asObject(check.next['stringData']);
  const written = key !== undefined && text !== undefined && Object.hasOwn(text, key) ? ['stringData', key] : found.path;
  check.forbid(['data'], SAYS, written);
}

function stillImmutable(check: Check): void {
  const { immutable } = check.next;
  if (immutable !== true && !isUnknown(immutable)) check.forbid(['immutable'], SAYS);
}

function frozen(check: Check, field: string): void {
  const found = check.changed([field]);
  if (found !== undefined) check.forbid([field], SAYS, found.path);
}

/** Data in base64, with the texts that stand above it. Placeholders stay as they are. */
function dataOf(secret: JsonObject): Record<string, unknown> {
  const data: Record<string, unknown> = { ...asObject(secret['data']) };
  const texts = asObject(secret['stringData']) ?? {};
  for (const key of Object.keys(texts)) {
    const text = texts[key];
    data[key] = typeof text === 'string' && !isUnknown(text) ? Buffer.from(text).toString('base64') : text;
  }
  return data;
}
