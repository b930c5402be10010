import { isObject, type JsonObject } from '../../../api/manifest.ts';
import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';
import { quoteGo } from '../../go-print.ts';
import {
  type Check,
  type CheckPod,
  type ContainerView,
  exceptWindows,
  isWindows,
  joinQuoted,
  namedContainers,
  type PodView,
  read,
  setters,
  sorted,
  UNKNOWN,
} from './check.ts';

function annotationsOf(pod: PodView): JsonObject {
  const annotations = pod.metadata['annotations'];
  return isObject(annotations) ? annotations : {};
}

/** The `type` of a profile object: undefined where there is no profile, '' where the profile has no type. */
function profileType(holder: unknown, field: string): string | undefined {
  const profile = read(holder, 'securityContext', field);
  if (!isObject(profile)) return undefined;
  const type = profile['type'];
  if (isUnknown(type)) return undefined;
  return typeof type === 'string' ? type : '';
}

// AppArmor

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

function appArmorAllowed(type: string): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

/**
 * The profile the server puts into a container from its old annotation before it looks (`applyAppArmorVersionSkew`). Only `unconfined`
 * can offend, and it is copied only where it differs from the Pod's own profile.
 */
function fromAnnotation(pod: PodView, container: ContainerView, byPod: string | undefined): string | undefined {
  if (!pod.isPod || isWindows(pod) || byPod === 'Unconfined') return undefined;
  if (read(container.value, 'securityContext', 'appArmorProfile') !== undefined) return undefined;
  return annotationsOf(pod)[APP_ARMOR_PREFIX + container.name] === 'unconfined' ? 'Unconfined' : undefined;
}

const appArmorProfile: CheckPod = (pod) => {
  const badValues = new Set<string>();
  const paths: Path[] = [];
  const byPod = profileType(pod.spec, 'appArmorProfile');
  const podIsBad = byPod !== undefined && !appArmorAllowed(byPod);
  if (podIsBad) {
    badValues.add(byPod);
    paths.push(['spec', 'securityContext', 'appArmorProfile', 'type']);
  }
  const names: string[] = [];
  for (const container of pod.containers) {
    const type = profileType(container.value, 'appArmorProfile');
    const effective = type ?? fromAnnotation(pod, container, byPod);
    if (effective === undefined || appArmorAllowed(effective)) continue;
    names.push(container.name);
    badValues.add(effective);
    if (type !== undefined) paths.push([...container.path, 'securityContext', 'appArmorProfile', 'type']);
  }
  const setBy = setters(podIsBad, names);
  const annotations = annotationsOf(pod);
  const forbidden: string[] = [];
  for (const key of Object.keys(annotations)) {
    const value = annotations[key];
    if (!key.startsWith(APP_ARMOR_PREFIX) || typeof value !== 'string' || isUnknown(value)) continue;
    if (value === '' || value === 'runtime/default' || value.startsWith('localhost/')) continue;
    forbidden.push(`${key}=${quoteGo(value)}`);
    paths.push(['metadata', 'annotations', key]);
  }
  if (setBy === '' && forbidden.length === 0) return undefined;
  const values = [...sorted(badValues), ...forbidden.sort()];
  const who = [setBy, forbidden.length === 0 ? '' : forbidden.length === 1 ? 'annotation' : 'annotations']
    .filter((part) => part !== '')
    .join(' and ');
  return {
    reason: values.length === 1 ? 'forbidden AppArmor profile' : 'forbidden AppArmor profiles',
    detail: `${who} must not set AppArmor profile type to ${joinQuoted(values)}`,
    paths,
  };
};

// seccomp

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

function seccompAllowed(type: string): boolean {
  return type === 'Localhost' || type === 'RuntimeDefault';
}

/** Before 1.19 the standards looked at annotations. */
const seccompAnnotations: CheckPod = (pod) => {
  const annotations = annotationsOf(pod);
  const forbidden = new Map<string, Path>();
  for (const key of [SECCOMP_POD, ...pod.containers.map(({ name }) => SECCOMP_CONTAINER + name)]) {
    const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    if (typeof value !== 'string' || isUnknown(value)) continue;
    if (value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')) continue;
    forbidden.set(`${key}=${quoteGo(value)}`, ['metadata', 'annotations', key]);
  }
  if (forbidden.size === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${forbidden.size === 1 ? 'annotation' : 'annotations'} ${sorted(forbidden.keys()).join(', ')}`,
    paths: [...forbidden.values()],
  };
};

function seccompOf(mustBeSet: boolean): CheckPod {
  return (pod) => {
    const badValues = new Set<string>();
    const explicit: string[] = [];
    const explicitPaths: Path[] = [];
    const implicit: string[] = [];
    const implicitPaths: Path[] = [];
    const byPod = profileType(pod.spec, 'seccompProfile');
    const podIsBad = byPod !== undefined && !seccompAllowed(byPod);
    if (podIsBad) {
      badValues.add(byPod);
      explicitPaths.push(['spec', 'securityContext', 'seccompProfile', 'type']);
    }
    const podIsSet = (byPod !== undefined && !podIsBad) || hasUnknown(pod.spec);
    for (const { name, path, value } of pod.containers) {
      const type = profileType(value, 'seccompProfile');
      if (type === undefined) {
        if (podIsSet || hasUnknown(value)) continue;
        implicit.push(name);
        implicitPaths.push([...path, 'securityContext', 'seccompProfile', 'type']);
      } else if (!seccompAllowed(type)) {
        explicit.push(name);
        badValues.add(type);
        explicitPaths.push([...path, 'securityContext', 'seccompProfile', 'type']);
      }
    }
    const reason = 'seccompProfile';
    if (explicitPaths.length > 0) {
      const detail = `${setters(podIsBad, explicit)} must not set securityContext.seccompProfile.type to ${joinQuoted(sorted(badValues))}`;
      return { reason, detail, paths: explicitPaths };
    }
    if (!mustBeSet || implicit.length === 0) return undefined;
    return {
      reason,
      detail: `pod or ${namedContainers(implicit)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      paths: implicitPaths,
    };
  };
}

/** The seccomp profile stands behind a placeholder. */
function hasUnknown(holder: unknown): boolean {
  return read(holder, 'securityContext', 'seccompProfile', 'type') === UNKNOWN;
}

const seccompBaseline = seccompOf(false);
const seccompRestricted = seccompOf(true);

// SELinux

function seLinuxOf(allowedTypes: readonly string[]): CheckPod {
  return (pod) => {
    const badTypes = new Set<string>();
    const paths: Path[] = [];
    let setsUser = false;
    let setsRole = false;
    const offends = (holder: unknown, path: Path): boolean => {
      const options = read(holder, 'securityContext', 'seLinuxOptions');
      if (!isObject(options)) return false;
      const before = paths.length;
      const { type, user, role } = options;
      if (typeof type === 'string' && !allowedTypes.includes(type) && !isUnknown(type)) {
        badTypes.add(type);
        paths.push([...path, 'securityContext', 'seLinuxOptions', 'type']);
      }
      if (typeof user === 'string' && user !== '' && !isUnknown(user)) {
        setsUser = true;
        paths.push([...path, 'securityContext', 'seLinuxOptions', 'user']);
      }
      if (typeof role === 'string' && role !== '' && !isUnknown(role)) {
        setsRole = true;
        paths.push([...path, 'securityContext', 'seLinuxOptions', 'role']);
      }
      return paths.length > before;
    };
    const byPod = offends(pod.spec, ['spec']);
    const names = pod.containers.filter(({ value, path }) => offends(value, path)).map(({ name }) => name);
    if (paths.length === 0) return undefined;
    const data: string[] = [];
    if (badTypes.size > 0) data.push(`${badTypes.size === 1 ? 'type' : 'types'} ${joinQuoted(sorted(badTypes))}`);
    if (setsUser) data.push('user may not be set');
    if (setsRole) data.push('role may not be set');
    return {
      reason: 'seLinuxOptions',
      detail: `${setters(byPod, names)} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
      paths,
    };
  };
}

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

export const PROFILE_CHECKS: readonly Check[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [[0, appArmorProfile]] },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      [0, seLinuxOf(SELINUX_TYPES)],
      [31, seLinuxOf([...SELINUX_TYPES, 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      [0, seccompAnnotations],
      [19, seccompBaseline],
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    versions: [
      [19, seccompRestricted],
      [25, exceptWindows(seccompRestricted)],
    ],
    overrides: ['seccompProfile_baseline'],
  },
];
