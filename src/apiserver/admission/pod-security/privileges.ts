import type { Path } from '../../../source/path.ts';
import {
  type Check,
  type CheckPod,
  exceptInUserNamespace,
  exceptWindows,
  joinQuoted,
  namedContainers,
  read,
  setters,
  sorted,
  UNKNOWN,
} from './check.ts';

const privileged: CheckPod = (pod) => {
  const names: string[] = [];
  const paths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    if (read(value, 'securityContext', 'privileged') !== true) continue;
    names.push(name);
    paths.push([...path, 'securityContext', 'privileged']);
  }
  if (names.length === 0) return undefined;
  return { reason: 'privileged', detail: `${namedContainers(names)} must not set securityContext.privileged=true`, paths };
};

const allowPrivilegeEscalation: CheckPod = (pod) => {
  const names: string[] = [];
  const paths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    const allow = read(value, 'securityContext', 'allowPrivilegeEscalation');
    if (allow === false || allow === UNKNOWN) continue;
    names.push(name);
    paths.push([...path, 'securityContext', 'allowPrivilegeEscalation']);
  }
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${namedContainers(names)} must set securityContext.allowPrivilegeEscalation=false`,
    paths,
  };
};

const windowsHostProcess: CheckPod = (pod) => {
  const names: string[] = [];
  const paths: Path[] = [];
  const byPod = read(pod.spec, 'securityContext', 'windowsOptions', 'hostProcess') === true;
  if (byPod) paths.push(['spec', 'securityContext', 'windowsOptions', 'hostProcess']);
  for (const { name, path, value } of pod.containers) {
    if (read(value, 'securityContext', 'windowsOptions', 'hostProcess') !== true) continue;
    names.push(name);
    paths.push([...path, 'securityContext', 'windowsOptions', 'hostProcess']);
  }
  if (paths.length === 0) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${setters(byPod, names)} must not set securityContext.windowsOptions.hostProcess=true`,
    paths,
  };
};

const procMount: CheckPod = (pod) => {
  const names: string[] = [];
  const types = new Set<string>();
  const paths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    const mount = read(value, 'securityContext', 'procMount');
    if (typeof mount !== 'string' || mount === 'Default') continue;
    names.push(name);
    types.add(mount);
    paths.push([...path, 'securityContext', 'procMount']);
  }
  if (names.length === 0) return undefined;
  return {
    reason: 'procMount',
    detail: `${namedContainers(names)} must not set securityContext.procMount to ${joinQuoted(sorted(types))}`,
    paths,
  };
};

export const PRIVILEGE_CHECKS: readonly Check[] = [
  { id: 'privileged', level: 'baseline', versions: [[0, privileged]] },
  { id: 'windowsHostProcess', level: 'baseline', versions: [[0, windowsHostProcess]] },
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      [0, procMount],
      [35, exceptInUserNamespace(procMount)],
    ],
  },
  { id: 'procMount_restricted', level: 'restricted', versions: [[35, procMount]], overrides: ['procMount'] },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      [8, allowPrivilegeEscalation],
      [25, exceptWindows(allowPrivilegeEscalation)],
    ],
  },
];
