import { dns1123SubdomainFaults, isSysctlName, longerThan, SYSCTL_FORMAT, userIdFaults } from '../../../api/names.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';
import { validateDescendingPath } from './paths.ts';

/** ProcMountType is on by default from 1.33; before, the field is reset. */
const PROC_MOUNT_SINCE = 33;
/** SupplementalGroupsPolicy is on by default from 1.33. */
const GROUPS_POLICY_SINCE = 33;
/** SELinuxChangePolicy is on by default from 1.33, but only with the one value until SELinuxMount came with 1.37. */
const SELINUX_POLICY_SINCE = 33;
const SELINUX_MOUNT_SINCE = 37;
/** `shareProcessNamespace` is told as a field of the security context before 1.37. */
const FLAT_HOST_FIELDS_SINCE = 37;

/** A container's security context, the scope standing at it. Mirrors ValidateSecurityContext of pkg/apis/core/validation. */
export function validateSecurityContext(v: Scope, context: Fields, pod: PodFacts): void {
  validateId(v, 'runAsUser', context['runAsUser']);
  validateId(v, 'runAsGroup', context['runAsGroup']);
  if (v.minor >= PROC_MOUNT_SINCE && isSet(context['procMount'])) {
    const procMount = textOf(context['procMount']);
    if (procMount !== 'Default' && procMount !== 'Unmasked') v.unsupported('procMount', procMount, ['Default', 'Unmasked']);
    if (pod.hostUsers && procMount === 'Unmasked')
      v.invalid('procMount', procMount, '`hostUsers` must be false to use `Unmasked`');
  }
  if (isSet(context['seccompProfile'])) v.in('seccompProfile', context['seccompProfile'], validateSeccompProfile);
  if (context['allowPrivilegeEscalation'] === false) {
    if (context['privileged'] === true) {
      v.invalid([], printedContext(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    }
    for (const capability of itemsOf(fieldsOf(context['capabilities'])['add'])) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      v.invalid(
        [],
        printedContext(context),
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      );
    }
  }
  if (isSet(context['windowsOptions'])) v.in('windowsOptions', context['windowsOptions'], validateWindowsOptions, pod);
  if (isSet(context['appArmorProfile'])) v.in('appArmorProfile', context['appArmorProfile'], validateAppArmorProfile);
}

function validateId(v: Scope, at: string, value: unknown): void {
  if (!isSet(value)) return;
  const id = numberOf(value) ?? 0;
  v.invalids(at, value, userIdFaults(id));
}

/** The context as the server prints it: all fields of its Go type. */
function printedContext(context: Fields): unknown {
  const profile = (name: string): unknown => {
    if (!isSet(context[name])) return null;
    const { type, localhostProfile } = fieldsOf(context[name]);
    return { Type: type ?? '', LocalhostProfile: localhostProfile ?? null };
  };
  const capabilities = fieldsOf(context['capabilities']);
  const selinux = fieldsOf(context['seLinuxOptions']);
  const windows = fieldsOf(context['windowsOptions']);
  return {
    Capabilities: isSet(context['capabilities'])
      ? { Add: capabilities['add'] ?? null, Drop: capabilities['drop'] ?? null }
      : null,
    Privileged: context['privileged'] ?? null,
    SELinuxOptions: isSet(context['seLinuxOptions'])
      ? { User: selinux['user'] ?? '', Role: selinux['role'] ?? '', Type: selinux['type'] ?? '', Level: selinux['level'] ?? '' }
      : null,
    WindowsOptions: isSet(context['windowsOptions'])
      ? {
          GMSACredentialSpecName: windows['gmsaCredentialSpecName'] ?? null,
          GMSACredentialSpec: windows['gmsaCredentialSpec'] ?? null,
          RunAsUserName: windows['runAsUserName'] ?? null,
          HostProcess: windows['hostProcess'] ?? null,
        }
      : null,
    RunAsUser: context['runAsUser'] ?? null,
    RunAsGroup: context['runAsGroup'] ?? null,
    RunAsNonRoot: context['runAsNonRoot'] ?? null,
    ReadOnlyRootFilesystem: context['readOnlyRootFilesystem'] ?? null,
    AllowPrivilegeEscalation: context['allowPrivilegeEscalation'] ?? null,
    ProcMount: context['procMount'] ?? null,
    SeccompProfile: profile('seccompProfile'),
    AppArmorProfile: profile('appArmorProfile'),
  };
}

/** Mirrors validateSeccompProfileField. */
export function validateSeccompProfile(v: Scope, profile: Fields): void {
  const type = textOf(profile['type']);
  const localhost = profile['localhostProfile'];
  if (type === '') v.required('type', 'type is required when seccompProfile is set');
  else if (type !== 'Localhost' && type !== 'RuntimeDefault' && type !== 'Unconfined') v.unsupported('type', type, PROFILE_TYPES);
  if (type === 'Localhost') {
    if (!isSet(localhost)) v.required('localhostProfile', 'must be set when seccomp type is Localhost');
    else validateDescendingPath(v, 'localhostProfile', textOf(localhost));
  } else if (isSet(localhost)) {
    v.invalid('localhostProfile', { Type: type, LocalhostProfile: localhost }, 'can only be set when seccomp type is Localhost');
  }
}

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
/** PATH_MAX - 1 */
const LONGEST_PROFILE = 4095;

/** Mirrors ValidateAppArmorProfileField. */
export function validateAppArmorProfile(v: Scope, profile: Fields): void {
  const type = textOf(profile['type']);
  const localhost = profile['localhostProfile'];
  if (type === 'Localhost') {
    const name = textOf(localhost);
    if (!isSet(localhost)) v.required('localhostProfile', 'must be set when AppArmor type is Localhost');
    else if (name.trim() !== name) v.invalid('localhostProfile', name, 'must not be padded with whitespace');
    else if (name === '') v.required('localhostProfile', 'must be set when AppArmor type is Localhost');
    if (longerThan(name, LONGEST_PROFILE)) v.tooLong('localhostProfile', LONGEST_PROFILE);
  } else if (type === 'RuntimeDefault' || type === 'Unconfined') {
    if (isSet(localhost)) v.invalid('localhostProfile', localhost, 'can only be set when AppArmor type is Localhost');
  } else if (type === '') {
    v.required('type', 'type is required when appArmorProfile is set');
  } else {
    v.unsupported('type', type, PROFILE_TYPES);
  }
}

const LONGEST_CREDENTIAL_SPEC = 64 * 1024;
const LONGEST_DOMAIN = 256;
const LONGEST_USER = 104;
/** Control characters as Go's `[[:cntrl:]]` means them. */
const CONTROL = /[\u0000-\u001f\u007f]/;
const NETBIOS_DOMAIN = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_DOMAIN_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** Mirrors validateWindowsSecurityContextOptions. */
export function validateWindowsOptions(v: Scope, options: Fields, pod: PodFacts): void {
  pod.seen.windowsOptions = true;
  const specName = options['gmsaCredentialSpecName'];
  if (typeof specName === 'string') v.invalids('gmsaCredentialSpecName', specName, dns1123SubdomainFaults(specName));
  const spec = options['gmsaCredentialSpec'];
  if (spec === '') v.invalid('gmsaCredentialSpec', spec, 'gmsaCredentialSpec cannot be an empty string');
  else if (typeof spec === 'string' && longerThan(spec, LONGEST_CREDENTIAL_SPEC)) {
    v.invalid('gmsaCredentialSpec', spec, 'gmsaCredentialSpec size must be under 64 KiB');
  }
  const name = options['runAsUserName'];
  if (typeof name === 'string') for (const fault of userNameFaults(name)) v.invalid('runAsUserName', name, fault);
}

function userNameFaults(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const faults: string[] = [];
  const domain = parts.length === 2 ? parts[0]! : '';
  const user = parts[parts.length - 1]!;
  if (domain.length >= LONGEST_DOMAIN) faults.push(`runAsUserName's Domain length must be under ${LONGEST_DOMAIN} characters`);
  if (parts.length === 2 && !NETBIOS_DOMAIN.test(domain) && !domain.split('.').every((label) => DNS_DOMAIN_LABEL.test(label))) {
    faults.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') faults.push("runAsUserName's User cannot be empty");
  else if (longerThan(user, LONGEST_USER)) {
    faults.push(`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`);
  }
  if (/^[. ]+$/.test(user)) faults.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    faults.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return faults;
}

/** The Pod's own security context, the scope standing at it. Mirrors validatePodSpecSecurityContext. */
export function validatePodSecurityContext(v: Scope, context: Fields, pod: PodFacts): void {
  validateId(v, 'fsGroup', context['fsGroup']);
  validateId(v, 'runAsUser', context['runAsUser']);
  validateId(v, 'runAsGroup', context['runAsGroup']);
  const groups = itemsOf(context['supplementalGroups']);
  for (let i = 0; i < groups.length; i++) {
    const group = numberOf(groups[i]) ?? 0;
    const faults = userIdFaults(group);
    if (faults.length > 0) v.invalids(['supplementalGroups', i], group, faults);
  }
  if (v.minor < FLAT_HOST_FIELDS_SINCE) validateShareProcessNamespace(v, pod.spec, true);
  validateSysctls(v, itemsOf(context['sysctls']), pod);
  const change = context['fsGroupChangePolicy'];
  if (isSet(change) && change !== 'OnRootMismatch' && change !== 'Always') {
    v.unsupported('fsGroupChangePolicy', change, ['Always', 'OnRootMismatch']);
  }
  if (isSet(context['seccompProfile'])) v.in('seccompProfile', context['seccompProfile'], validateSeccompProfile);
  if (isSet(context['windowsOptions'])) v.in('windowsOptions', context['windowsOptions'], validateWindowsOptions, pod);
  if (isSet(context['appArmorProfile'])) v.in('appArmorProfile', context['appArmorProfile'], validateAppArmorProfile);
  const policy = context['supplementalGroupsPolicy'];
  if (v.minor >= GROUPS_POLICY_SINCE && isSet(policy) && policy !== 'Merge' && policy !== 'Strict') {
    v.unsupported('supplementalGroupsPolicy', policy, ['Merge', 'Strict']);
  }
  const selinux = context['seLinuxChangePolicy'];
  if (v.minor >= SELINUX_POLICY_SINCE && isSet(selinux) && selinux !== 'Recursive') {
    if (v.minor < SELINUX_MOUNT_SINCE) v.unsupported('seLinuxChangePolicy', selinux, ['Recursive']);
    else if (selinux !== 'MountOption') v.unsupported('seLinuxChangePolicy', selinux, ['MountOption', 'Recursive']);
  }
}

/** Until 1.36 the server knew this as a field of the security context, where the scope then stands. */
export function validateShareProcessNamespace(v: Scope, spec: Fields, inContext: boolean): void {
  if (spec['shareProcessNamespace'] !== true || spec['hostPID'] !== true) return;
  const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
  if (!inContext) {
    v.invalid('shareProcessNamespace', true, detail);
    return;
  }
  v.collectMoved(
    () => v.invalid('shareProcessNamespace', true, detail),
    (path) => [...path.slice(0, -2), 'shareProcessNamespace'],
  );
}

/** Mirrors validateSysctls and ValidateHostSysctl. */
function validateSysctls(v: Scope, sysctls: readonly unknown[], pod: PodFacts): void {
  if (sysctls.length === 0) return;
  const names = new Set<string>();
  for (let i = 0; i < sysctls.length; i++) {
    const name = textOf(fieldsOf(sysctls[i])['name']);
    if (name === '') v.required(['sysctls', i, 'name']);
    else if (!isSysctlName(name)) {
      v.invalid(['sysctls', i, 'name'], name, `must have at most 253 characters and match regex ^${SYSCTL_FORMAT}$`);
    } else if (names.has(name)) v.duplicate(['sysctls', i, 'name'], name);
    const namespace = sysctlNamespace(name);
    if (pod.hostNetwork && namespace === 'Net') {
      v.invalid(['sysctls', i, 'name'], name, "may not be specified when 'hostNetwork' is true");
    } else if (pod.spec['hostIPC'] === true && namespace === 'IPC') {
      v.invalid(['sysctls', i, 'name'], name, "may not be specified when 'hostIPC' is true");
    }
    names.add(name);
  }
}

const IPC_SYSCTLS = new Set([
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.shm',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg',
]);

/** The kernel namespace of a sysctl. Mirrors k8s.io/component-helpers/node/util/sysctl. */
function sysctlNamespace(name: string): 'Net' | 'IPC' | undefined {
  // Slashes separate as well, where the first separator is one; dots then stand for slashes.
  const first = name.search(/[./]/);
  const normalized = first >= 0 && name[first] === '/' ? name.replace(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name;
  const star = normalized.indexOf('*');
  const plain = star < 0 ? normalized : normalized.slice(0, star);
  if (IPC_SYSCTLS.has(plain) || plain.startsWith('fs.mqueue.')) return 'IPC';
  return plain.startsWith('net.') ? 'Net' : undefined;
}
