import { configMapKeyFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { base64Size, MOST_BYTES, sizeOf } from './config-map.ts';
import { jsonObjectFault } from './json-fault.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, textOf } from './scope.ts';

const SERVICE_ACCOUNT = 'kubernetes.io/service-account.name';

/**
 * Mirrors ValidateSecret of k8s.io/kubernetes/pkg/apis/core/validation. `stringData` has become `data` before. No message holds a value.
 */
export function validateSecret(v: Scope, object: Fields): void {
  const data = fieldsOf(object.data);
  const stringData = fieldsOf(object.stringData);
  const place = (key: string): string[] => [Object.hasOwn(stringData, key) ? 'stringData' : 'data', key];
  const has = (key: string): boolean => Object.hasOwn(data, key) || Object.hasOwn(stringData, key);
  let bytes = 0;
  for (const key of Object.keys(data)) {
    if (Object.hasOwn(stringData, key)) continue;
    v.invalids(['data', key], key, configMapKeyFaults(key));
    bytes += base64Size(data[key]);
  }
  for (const key of Object.keys(stringData)) {
    v.invalids(['stringData', key], key, configMapKeyFaults(key), `/data[${key}]`);
    bytes += sizeOf(stringData[key]);
  }
  if (bytes > MOST_BYTES) v.tooLong('data', MOST_BYTES);

  const missing = (key: string): void => v.required(place(key), '', `/data[${key}]`);
  const type = textOf(object.type);
  if (type === 'kubernetes.io/service-account-token') {
    const name = fieldsOf(fieldsOf(object.metadata).annotations)[SERVICE_ACCOUNT];
    if (textOf(name) === '') v.required(['metadata', 'annotations', SERVICE_ACCOUNT]);
  } else if (type === 'kubernetes.io/dockercfg') validateJson(v, data, stringData, '.dockercfg');
  else if (type === 'kubernetes.io/dockerconfigjson') validateJson(v, data, stringData, '.dockerconfigjson');
  else if (type === 'kubernetes.io/basic-auth') {
    if (!has('username') && !has('password')) {
      missing('username');
      missing('password');
    }
  } else if (type === 'kubernetes.io/ssh-auth') {
    const key = 'ssh-privatekey';
    const value = Object.hasOwn(stringData, key) ? stringData[key] : data[key];
    if (textOf(value) === '') missing(key);
  } else if (type === 'kubernetes.io/tls') {
    if (!has('tls.crt')) missing('tls.crt');
    if (!has('tls.key')) missing('tls.key');
  }
}

function validateJson(v: Scope, data: Fields, stringData: Fields, key: string): void {
  const field = `/data[${key}]`;
  const at = [Object.hasOwn(stringData, key) ? 'stringData' : 'data', key];
  if (!Object.hasOwn(data, key) && !Object.hasOwn(stringData, key)) {
    v.required(at, '', field);
    return;
  }
  const value = textOf(Object.hasOwn(stringData, key) ? stringData[key] : data[key]);
  if (isUnknown(value)) return;
  const text = Object.hasOwn(stringData, key) ? value : Buffer.from(value, 'base64').toString('utf8');
  if (isUnknown(text)) return;
  const fault = jsonObjectFault(text);
  if (fault !== undefined) v.invalid(at, '<secret contents redacted>', fault, field);
}
