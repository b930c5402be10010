import {
  configMapKeyFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  envVarNameFaults,
  nameIsDnsSubdomain,
  qualifiedNameFaults,
} from '../../../api/names.ts';
import { formatQuantity, parseQuantity } from '../../../api/quantity.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';
import { fieldAbove, forEachContainer, type PodFacts } from './facts.ts';
import { validateNoBacksteps } from './paths.ts';

/** EnvFiles is on by default from 1.35; before, `fileKeyRef` is dropped. */
export const ENV_FILES_SINCE = 35;

/** Mirrors ValidateEnv and ValidateEnvFrom of pkg/apis/core/validation. */
export function validateEnv(v: Scope, container: Fields, pod: PodFacts): void {
  if (isSet(container['env'])) v.each('env', container['env'], validateEnvVar, pod);
  if (isSet(container['envFrom'])) v.each('envFrom', container['envFrom'], validateEnvFrom);
}

function validateEnvVar(v: Scope, variable: Fields, _index: number, pod: PodFacts): void {
  const name = textOf(variable['name']);
  if (name === '') v.required('name');
  else v.invalids('name', name, envVarNameFaults(name, v.minor));
  const source = variable['valueFrom'];
  if (!isSet(source)) return;
  if (isSet(fieldsOf(source)['fileKeyRef'])) pod.seen.fileKeyRefs = true;
  v.in('valueFrom', source, validateValueFrom, textOf(variable['value']));
}

function validateValueFrom(v: Scope, source: Fields, value: string): void {
  let sources = 0;
  if (isSet(source['fieldRef'])) {
    sources++;
    v.in('fieldRef', source['fieldRef'], validateEnvFieldRef);
  }
  if (isSet(source['resourceFieldRef'])) {
    sources++;
    v.in('resourceFieldRef', source['resourceFieldRef'], validateResourceFieldRef, false);
  }
  if (isSet(source['configMapKeyRef'])) {
    sources++;
    v.in('configMapKeyRef', source['configMapKeyRef'], validateKeySelector);
  }
  if (isSet(source['secretKeyRef'])) {
    sources++;
    v.in('secretKeyRef', source['secretKeyRef'], validateKeySelector);
  }
  const files = v.minor >= ENV_FILES_SINCE;
  if (files && isSet(source['fileKeyRef'])) {
    sources++;
    v.in('fileKeyRef', source['fileKeyRef'], validateFileKeySelector);
  }
  if (sources === 0) {
    const last = files ? '`secretKeyRef` or `fileKeyRef`' : undefined;
    const names = last === undefined ? '`configMapKeyRef` or `secretKeyRef`' : `\`configMapKeyRef\`, ${last}`;
    v.invalid([], '', `must specify one of: \`fieldRef\`, \`resourceFieldRef\`, ${names}`);
  } else if (value !== '') {
    v.invalid([], '', 'may not be specified when `value` is not empty');
  } else if (sources > 1) {
    v.invalid([], '', 'may not have more than one field specified at a time');
  }
}

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const FILE_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
/** What ConvertDownwardAPIFieldLabel knows. */
const POD_FIELDS = new Set([
  ...ENV_FIELDS,
  ...FILE_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
]);

function validateEnvFieldRef(v: Scope, ref: Fields): void {
  validateFieldRef(v, ref, ENV_FIELDS);
}

/** `fieldRef` of a file in a volume. */
export function validateFileFieldRef(v: Scope, ref: Fields): void {
  validateFieldRef(v, ref, FILE_FIELDS);
}

/** Mirrors validateObjectFieldSelector; `supported` in alphabetical order. */
function validateFieldRef(v: Scope, ref: Fields, supported: readonly string[]): void {
  const field = textOf(ref['fieldPath']);
  if (field === '') {
    v.required('fieldPath');
    return;
  }
  const version = textOf(ref['apiVersion']) || 'v1';
  if (version !== 'v1') {
    v.invalid('fieldPath', field, `error converting fieldPath: unsupported pod version: ${version}`);
    return;
  }
  const subscript = field.indexOf("['");
  if (subscript > 0 && subscript + 4 <= field.length && field.endsWith("']")) {
    const map = field.slice(0, subscript);
    const key = field.slice(subscript + 2, -2);
    if (map === 'metadata.annotations') v.invalids([], key.toLowerCase(), qualifiedNameFaults(key.toLowerCase(), v.minor));
    else if (map === 'metadata.labels') v.invalids([], key, qualifiedNameFaults(key, v.minor));
    else v.invalid('fieldPath', field, `error converting fieldPath: field label does not support subscript: ${field}`);
    return;
  }
  if (!POD_FIELDS.has(field)) {
    v.invalid('fieldPath', field, `error converting fieldPath: field label not supported: ${field}`);
    return;
  }
  const internal = field === 'spec.host' ? 'spec.nodeName' : field;
  if (!supported.includes(internal)) v.unsupported('fieldPath', internal, supported);
}

const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_DIVISORS = new Set(['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']);
const CPU_DIVISORS = new Set(['1m', '1']);
const BYTE_DIVISOR_LIST = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';

/** Mirrors validateContainerResourceFieldSelector; in a volume the container must be named. */
export function validateResourceFieldRef(v: Scope, ref: Fields, inVolume: boolean): void {
  const resource = textOf(ref['resource']);
  const hugePages = resource.startsWith('limits.hugepages-') || resource.startsWith('requests.hugepages-');
  if (inVolume && textOf(ref['containerName']) === '') v.required('containerName');
  else if (resource === '') v.required('resource');
  else if (!RESOURCE_FIELDS.includes(resource) && !hugePages) v.unsupported('resource', resource, RESOURCE_FIELDS);
  const divisor = parseQuantity(ref['divisor']);
  if (divisor === undefined || divisor.unscaled === 0n) return;
  const text = formatQuantity(divisor);
  const kind = resource.slice(resource.indexOf('.') + 1);
  if (resource === 'limits.cpu' || resource === 'requests.cpu') {
    if (!CPU_DIVISORS.has(text))
      v.invalid('divisor', resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  if (BYTE_DIVISORS.has(text)) return;
  if (hugePages) v.invalid('divisor', resource, unsupportedDivisor('hugepages'));
  else if (RESOURCE_FIELDS.includes(resource)) {
    v.invalid('divisor', resource, unsupportedDivisor(kind === 'memory' ? 'memory' : 'local ephemeral storage'));
  }
}

function unsupportedDivisor(resource: string): string {
  return `only divisor's values ${BYTE_DIVISOR_LIST} are supported with the ${resource} resource`;
}

function validateKeySelector(v: Scope, selector: Fields): void {
  const name = textOf(selector['name']);
  v.invalids('name', name, dns1123SubdomainFaults(name));
  const key = textOf(selector['key']);
  if (key === '') v.required('key');
  else v.invalids('key', key, configMapKeyFaults(key));
}

function validateFileKeySelector(v: Scope, selector: Fields): void {
  const key = textOf(selector['key']);
  if (key === '') v.required('key');
  else v.invalids('key', key, envVarNameFaults(key, v.minor));
  const volumeName = textOf(selector['volumeName']);
  if (volumeName === '') v.required('volumeName');
  else v.invalids('volumeName', volumeName, dns1123LabelFaults(volumeName));
  const path = textOf(selector['path']);
  if (path === '') v.required('path');
  else validateNoBacksteps(v, 'path', path);
}

function validateEnvFrom(v: Scope, source: Fields): void {
  const prefix = textOf(source['prefix']);
  if (prefix !== '') v.invalids('prefix', prefix, envVarNameFaults(prefix, v.minor));
  let sources = 0;
  if (isSet(source['configMapRef'])) {
    sources++;
    v.in('configMapRef', source['configMapRef'], validateEnvSource);
  }
  if (isSet(source['secretRef'])) {
    sources++;
    v.in('secretRef', source['secretRef'], validateEnvSource);
  }
  // The server names the whole list.
  if (sources === 0) v.invalid([], '', 'must specify one of: `configMapRef` or `secretRef`', fieldAbove(v, 1, ''));
  else if (sources > 1) v.invalid([], '', 'may not have more than one field specified at a time', fieldAbove(v, 1, ''));
}

function validateEnvSource(v: Scope, source: Fields): void {
  const name = textOf(source['name']);
  if (name === '') v.required('name');
  else v.invalids('name', name, nameIsDnsSubdomain(name, true));
}

/** Every `fileKeyRef` must name an emptyDir of the Pod. Mirrors validateFileKeyRefVolumes; the scope stands at the spec. */
export function validateFileKeyRefs(v: Scope, pod: PodFacts): void {
  if (!pod.seen.fileKeyRefs) return;
  const volumes = new Map<string, Fields>();
  for (const volume of itemsOf(pod.spec['volumes'])) volumes.set(textOf(fieldsOf(volume)['name']), fieldsOf(volume));
  forEachContainer(pod.spec, (container, list, i) => {
    const env = itemsOf(container['env']);
    for (let j = 0; j < env.length; j++) {
      const ref = fieldsOf(fieldsOf(env[j])['valueFrom'])['fileKeyRef'];
      if (!isSet(ref)) continue;
      const name = textOf(fieldsOf(ref)['volumeName']);
      const at = [list, i, 'env', j, 'valueFrom', 'fileKeyRef', 'volumeName'];
      const volume = volumes.get(name);
      if (volume === undefined) {
        if (!pod.volumesOpen) v.notFound(at, name);
      } else if (!isEmptyDir(volume)) {
        v.invalid(at, name, 'referenced volume must be of type emptyDir');
      }
    }
  });
}

/** An emptyDir, written or by default: a volume without any source. */
function isEmptyDir(volume: Fields): boolean {
  if (isSet(volume['emptyDir'])) return true;
  for (const key in volume) if (key !== 'name' && isSet(volume[key])) return false;
  return true;
}
