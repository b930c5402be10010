import type { Path } from '../../../source/path.ts';
import { type Check, type CheckPod, exceptInUserNamespace, namedContainers, read, setters, UNKNOWN } from './check.ts';

const runAsNonRoot: CheckPod = (pod) => {
  const byPod = read(pod.spec, 'securityContext', 'runAsNonRoot');
  const explicit: string[] = [];
  const explicitPaths: Path[] = byPod === false ? [['spec', 'securityContext', 'runAsNonRoot']] : [];
  const implicit: string[] = [];
  const implicitPaths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    const own = read(value, 'securityContext', 'runAsNonRoot');
    if (own === false) {
      explicit.push(name);
      explicitPaths.push([...path, 'securityContext', 'runAsNonRoot']);
    } else if (own === undefined && byPod !== true && byPod !== UNKNOWN) {
      implicit.push(name);
      implicitPaths.push([...path, 'securityContext', 'runAsNonRoot']);
    }
  }
  const reason = 'runAsNonRoot != true';
  if (explicitPaths.length > 0) {
    return {
      reason,
      detail: `${setters(byPod === false, explicit)} must not set securityContext.runAsNonRoot=false`,
      paths: explicitPaths,
    };
  }
  if (implicit.length > 0) {
    return {
      reason,
      detail: `pod or ${namedContainers(implicit)} must set securityContext.runAsNonRoot=true`,
      paths: implicitPaths,
    };
  }
  return undefined;
};

const runAsUser: CheckPod = (pod) => {
  const byPod = read(pod.spec, 'securityContext', 'runAsUser') === 0;
  const names: string[] = [];
  const paths: Path[] = byPod ? [['spec', 'securityContext', 'runAsUser']] : [];
  for (const { name, path, value } of pod.containers) {
    if (read(value, 'securityContext', 'runAsUser') !== 0) continue;
    names.push(name);
    paths.push([...path, 'securityContext', 'runAsUser']);
  }
  if (paths.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${setters(byPod, names)} must not set runAsUser=0`, paths };
};

export const RUN_AS_CHECKS: readonly Check[] = [
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    versions: [
      [0, runAsNonRoot],
      [35, exceptInUserNamespace(runAsNonRoot)],
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    versions: [
      [23, runAsUser],
      [35, exceptInUserNamespace(runAsUser)],
    ],
  },
];
