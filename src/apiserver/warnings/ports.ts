import { hostPortOf, protocolOf } from '../../api/pod-defaults.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { quoteGo } from '../go-print.ts';
import { forEachContainer } from '../validate/pod/facts.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, itemsOf, numberOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

/** Since this minor a name given to two ports is told. */
const NAMES_SINCE = 33;
/** A port is held against this many others of its number; more would make a hostile list cost the square of its length. */
const MOST_OTHERS = 256;

interface Port {
  readonly at: Path;
  readonly hostIP: string;
  readonly hostPort: number;
}

/** Ports of a Pod that repeat or contradict each other. Mirrors two loops of warningsForPodSpecAndMeta. */
export function warnPorts(list: WarningList, spec: Fields, isPod: boolean): void {
  const filled = isPod && spec['hostNetwork'] === true;
  const byPort = new Map<string, Port[]>();
  const byName = new Map<string, Path>();
  const repeated: (() => void)[] = [];
  forEachContainer(spec, (container, containers, index) => {
    const ports = itemsOf(container['ports']);
    for (let i = 0; i < ports.length; i++) {
      const port = fieldsOf(ports[i]);
      const at = ['spec', containers, index, 'ports', i];
      warnPort(list, port, at, hostPortOf(port, filled && containers !== 'ephemeralContainers'), byPort);
      const name = textOf(port['name']);
      if (name === '' || isUnknown(name) || list.minor < NAMES_SINCE) continue;
      const first = byName.get(name);
      if (first === undefined) byName.set(name, at);
      else repeated.push(() => warnName(list, at, name, first));
    }
  });
  for (const warn of repeated) warn();
}

function warnPort(list: WarningList, port: Fields, at: Path, hostPort: number, byPort: Map<string, Port[]>): void {
  const containerPort = numberOf(port['containerPort']) ?? 0;
  const hostIP = textOf(port['hostIP']);
  if (Number.isNaN(hostPort) || Number.isNaN(containerPort) || isUnknown(hostIP) || isUnknown(port['protocol'])) return;
  const protocol = protocolOf(port);
  if (hostIP !== '' && hostPort === 0) {
    const name = textOf(port['name']);
    const print = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
    list.add(at, `hostIP set without hostPort: ${print}`);
  }
  const key = `${containerPort}/${protocol}`;
  const others = byPort.get(key);
  if (others === undefined) {
    byPort.set(key, [{ at, hostIP, hostPort }]);
    return;
  }
  for (const other of others) {
    const sameIP = hostIP === other.hostIP;
    if (sameIP && hostPort === other.hostPort) warnPair(list, at, 'duplicate', other);
    else if (hostPort === 0 || other.hostPort === 0) warnPair(list, at, 'overlapping', other);
    else if (hostPort === other.hostPort && !sameIP && (hostIP === '' || other.hostIP === '')) {
      warnPair(list, at, 'dangerously ambiguous', other);
    }
  }
  if (others.length < MOST_OTHERS) others.push({ at, hostIP, hostPort });
}

function warnPair(list: WarningList, at: Path, how: string, other: Port): void {
  if (list.isFull) return;
  list.add(at, `${how} port definition with ${list.fieldOf(other.at)}`);
}

function warnName(list: WarningList, at: Path, name: string, first: Path): void {
  if (list.isFull) return;
  const field = list.fieldOf(first);
  const use = `services and probes that select ports by name will use ${field}`;
  list.add(at, `duplicate port name ${quoteGo(name)} with ${field}, ${use}`);
}
