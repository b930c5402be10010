import { byteLength, configMapKeyFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, textOf } from './scope.ts';

/** A ConfigMap's or a Secret's values together. */
export const MOST_BYTES = 1024 * 1024;

/** Mirrors ValidateConfigMap of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateConfigMap(v: Scope, object: Fields): void {
  const data = fieldsOf(object.data);
  const binaryData = fieldsOf(object.binaryData);
  let bytes = 0;
  for (const key of Object.keys(data)) {
    v.invalids(['data', key], key, configMapKeyFaults(key));
    if (Object.hasOwn(binaryData, key)) v.invalid(['data', key], key, 'duplicate of key present in binaryData');
    bytes += sizeOf(data[key]);
  }
  for (const key of Object.keys(binaryData)) {
    v.invalids(['binaryData', key], key, configMapKeyFaults(key));
    bytes += base64Size(binaryData[key]);
  }
  if (bytes > MOST_BYTES) v.tooLong([], MOST_BYTES, '/');
}

/** In bytes. A placeholder may become anything, and counts as nothing. */
export function sizeOf(value: unknown): number {
  const text = textOf(value);
  return isUnknown(text) ? 0 : byteLength(text);
}

/** In bytes, of what a base64 text stands for. */
export function base64Size(value: unknown): number {
  const text = textOf(value);
  if (isUnknown(text)) return 0;
  let characters = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c !== NEWLINE && c !== RETURN && c !== EQUALS) characters++;
  }
  return Math.floor((characters * 3) / 4);
}

const NEWLINE = 10;
const RETURN = 13;
const EQUALS = 61;
