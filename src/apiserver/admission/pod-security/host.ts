import { objectsOf } from '../../../api/manifest.ts';
import type { Path } from '../../../source/path.ts';
import { type Check, type CheckPod, joinQuoted, namedContainers, read, sorted } from './check.ts';

const hostNamespaces: CheckPod = (pod) => {
  const found = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => read(pod.spec, field) === true);
  if (found.length === 0) return undefined;
  return {
    reason: 'host namespaces',
    detail: found.map((field) => `${field}=true`).join(', '),
    paths: found.map((field) => ['spec', field]),
  };
};

const hostPathVolumes: CheckPod = (pod) => {
  const names: string[] = [];
  const paths: Path[] = [];
  for (const [volume, i] of objectsOf(pod.spec['volumes'])) {
    if (read(volume, 'hostPath') === undefined) continue;
    names.push(typeof volume['name'] === 'string' ? volume['name'] : '');
    paths.push(['spec', 'volumes', i, 'hostPath']);
  }
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${names.length === 1 ? 'volume' : 'volumes'} ${joinQuoted(names)}`, paths };
};

/**
 * Ports of the host. In a Pod with `hostNetwork: true` the server first copies each containerPort of app and init containers to hostPort
 * (pkg/apis/core/v1/defaults.go), so that the check counts these too; it does not do so in the templates of workloads.
 */
const hostPorts: CheckPod = (pod) => {
  const names: string[] = [];
  const ports = new Set<string>();
  const paths: Path[] = [];
  const copied = pod.isPod && read(pod.spec, 'hostNetwork') === true;
  for (const { name, path, value, list } of pod.containers) {
    let found = false;
    for (const [port, i] of objectsOf(value['ports'])) {
      let number = port['hostPort'];
      let field = 'hostPort';
      if ((number === 0 || number == null) && copied && list !== 'ephemeralContainers') {
        number = port['containerPort'];
        field = 'containerPort';
      }
      if (typeof number !== 'number' || number === 0) continue;
      found = true;
      ports.add(String(number));
      paths.push([...path, 'ports', i, field]);
    }
    if (found) names.push(name);
  }
  if (names.length === 0) return undefined;
  return {
    reason: 'hostPort',
    detail: `${namedContainers(names)} ${names.length === 1 ? 'uses' : 'use'} ${ports.size === 1 ? 'hostPort' : 'hostPorts'} ${sorted(ports).join(', ')}`,
    paths,
  };
};

const HANDLERS: readonly (readonly string[])[] = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

const hostProbesAndLifecycle: CheckPod = (pod) => {
  const names = new Set<string>();
  const hosts = new Set<string>();
  const paths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    for (const handler of HANDLERS) {
      for (const action of ['httpGet', 'tcpSocket']) {
        const host = read(value, ...handler, action, 'host');
        if (typeof host !== 'string' || host === '') continue;
        names.add(name);
        hosts.add(host);
        paths.push([...path, ...handler, action, 'host']);
      }
    }
  }
  if (names.size === 0) return undefined;
  return {
    reason: 'probe or lifecycle host',
    detail: `${namedContainers(sorted(names))} ${names.size === 1 ? 'uses' : 'use'} ${
      hosts.size === 1 ? 'probe or lifecycle host' : 'probe or lifecycle hosts'
    } ${joinQuoted(sorted(hosts))}`,
    paths,
  };
};

export const HOST_CHECKS: readonly Check[] = [
  { id: 'hostNamespaces', level: 'baseline', versions: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [[0, hostPathVolumes]] },
  { id: 'hostPorts', level: 'baseline', versions: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [[34, hostProbesAndLifecycle]] },
];
