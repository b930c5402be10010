import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf } from '../scope.ts';
import { forEachContainer, type PodFacts } from './facts.ts';

/** `spec.os`, and what each system does not allow; the scope stands at the spec. Mirrors validateOS, validateLinux and validateWindows. */
export function validateOperatingSystem(v: Scope, pod: PodFacts): void {
  if (pod.os === undefined) return;
  if (pod.os === '') v.required(['os', 'name'], v.minor < 34 ? 'cannot be empty' : '');
  else if (pod.os === 'linux') validateLinux(v, pod);
  else if (pod.os === 'windows') validateWindows(v, pod);
  else v.unsupported(['os', 'name'], pod.os, ['linux', 'windows'], '.os');
}

function validateLinux(v: Scope, pod: PodFacts): void {
  const detail = 'windows options cannot be set for a linux pod';
  if (isSet(fieldsOf(pod.spec['securityContext'])['windowsOptions'])) v.forbidden(['securityContext', 'windowsOptions'], detail);
  forEachContainer(pod.spec, (container, list, i) => {
    if (isSet(fieldsOf(container['securityContext'])['windowsOptions'])) {
      v.forbidden([list, i, 'securityContext', 'windowsOptions'], detail);
    }
  });
}

const FOR_WINDOWS = 'cannot be set for a windows pod';
/** In the server's order: fields of the security context, `sysctls` apart, and (with a slash) of the spec. */
const POD_FIELDS = [
  ...[
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'fsGroup',
    'fsGroupChangePolicy',
    'sysctls',
    'runAsUser',
    'runAsGroup',
  ],
  ...['supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'],
  ...['/hostUsers', '/hostPID', '/hostIPC', '/shareProcessNamespace'],
];
/** Until 1.36 the server kept the spec's fields among those of the security context. */
const POD_FIELDS_BEFORE_37 = [
  ...[
    'appArmorProfile',
    'seLinuxOptions',
    '/hostUsers',
    '/hostPID',
    '/hostIPC',
    'seccompProfile',
    'fsGroup',
    'fsGroupChangePolicy',
  ],
  ...['sysctls', '/shareProcessNamespace', 'runAsUser', 'runAsGroup', 'supplementalGroups'],
  ...['supplementalGroupsPolicy', 'seLinuxChangePolicy'],
];
/** Fields that a release drops before it looks. */
const SINCE_33 = new Set(['/hostUsers', 'supplementalGroupsPolicy', 'seLinuxChangePolicy']);
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

function validateWindows(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  const context = fieldsOf(spec['securityContext']);
  for (const field of v.minor >= 37 ? POD_FIELDS : POD_FIELDS_BEFORE_37) {
    if (v.minor < 33 && SINCE_33.has(field)) continue;
    if (field.startsWith('/')) {
      const name = field.slice(1);
      const plain = name === 'hostPID' || name === 'hostIPC';
      if (plain ? spec[name] === true : isSet(spec[name])) v.forbidden(name, FOR_WINDOWS);
    } else if (field === 'sysctls' ? itemsOf(context[field]).length > 0 : isSet(context[field])) {
      v.forbidden(['securityContext', field], FOR_WINDOWS);
    }
  }
  forEachContainer(spec, (container, list, i) => {
    const own = fieldsOf(container['securityContext']);
    for (const field of CONTAINER_FIELDS) if (isSet(own[field])) v.forbidden([list, i, 'securityContext', field], FOR_WINDOWS);
  });
}

/** HostProcess containers of Windows: all or none, and on the host's network. Mirrors validateWindowsHostProcessPod; the scope stands at the spec. */
export function validateHostProcess(v: Scope, pod: PodFacts): void {
  if (!pod.seen.windowsOptions) return;
  const own = hostProcessOf(pod.spec['securityContext']);
  let containers = 0;
  let onHost = 0;
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    const items = itemsOf(pod.spec[list]);
    for (let i = 0; i < items.length; i++) {
      containers++;
      const value = hostProcessOf(fieldsOf(items[i])['securityContext']);
      if (own !== undefined && value !== undefined && own !== value) {
        const detail = `pod hostProcess value must be identical if both are specified, was ${own}`;
        v.invalid([list, i, 'securityContext', 'windowsOptions', 'hostProcess'], value, detail);
      }
      if (value ?? own) onHost++;
    }
  }
  if (onHost === 0) return;
  if (onHost !== containers) {
    v.invalid([], '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  }
  if (!pod.hostNetwork) v.invalid('hostNetwork', false, 'hostNetwork must be true if pod contains any hostProcess containers');
}

function hostProcessOf(context: unknown): boolean | undefined {
  if (!isSet(context)) return undefined;
  const options: Fields = fieldsOf(fieldsOf(context)['windowsOptions']);
  const value = options['hostProcess'];
  return typeof value === 'boolean' ? value : undefined;
}
