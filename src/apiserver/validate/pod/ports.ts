import { portNameFaults, portNumberFaults } from '../../../api/names.ts';
import { hostPortOf, protocolOf } from '../../../api/pod-defaults.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, itemsOf, numberOf, textOf } from '../scope.ts';
import { fieldAbove, type PodFacts } from './facts.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The port on the node as the server sees it when it validates: only in a Pod has hostNetwork filled it in. */
function hostPortIn(port: Fields, pod: PodFacts, list: string): number {
  return hostPortOf(port, pod.isPod && pod.hostNetwork && list !== 'ephemeralContainers');
}

/** Mirrors validateContainerPorts of pkg/apis/core/validation; the scope stands at the container. */
export function validatePorts(v: Scope, container: Fields, pod: PodFacts, list: string): void {
  const ports = itemsOf(container['ports']);
  if (ports.length === 0) return;
  let names: Set<string> | undefined;
  for (let i = 0; i < ports.length; i++) {
    const port = fieldsOf(ports[i]);
    const name = textOf(port['name']);
    if (name !== '') {
      const faults = portNameFaults(name);
      if (faults.length > 0) v.invalids(['ports', i, 'name'], name, faults);
      else if (names === undefined) names = ports.length > 1 ? new Set([name]) : undefined;
      else if (names.has(name)) v.duplicate(['ports', i, 'name'], name);
      else names.add(name);
    }
    const containerPort = numberOf(port['containerPort']) ?? 0;
    if (containerPort === 0) v.required(['ports', i, 'containerPort']);
    else if (outOfRange(containerPort)) v.invalids(['ports', i, 'containerPort'], containerPort, portNumberFaults(containerPort));
    const hostPort = hostPortIn(port, pod, list);
    if (hostPort !== 0) pod.seen.hostPorts = true;
    if (hostPort !== 0 && outOfRange(hostPort)) v.invalids(['ports', i, 'hostPort'], hostPort, portNumberFaults(hostPort));
    const protocol = textOf(port['protocol']);
    if (protocol !== '' && !PROTOCOLS.includes(protocol)) v.unsupported(['ports', i, 'protocol'], protocol, PROTOCOLS);
  }
}

function outOfRange(port: number): boolean {
  return port < 1 || port > 65535;
}

/** A port by number or by name, as probes and hooks give it. Mirrors ValidatePortNumOrName. */
export function validatePortNumberOrName(v: Scope, at: string, port: unknown): void {
  if (typeof port === 'string') v.invalids(at, port, portNameFaults(port));
  else {
    const number = numberOf(port) ?? 0;
    if (outOfRange(number)) v.invalids(at, number, portNumberFaults(number));
  }
}

/** Two containers that run together cannot have one port of the node. Mirrors checkHostPortConflicts; the scope stands at the spec. */
export function validateHostPortConflicts(v: Scope, containers: readonly unknown[], pod: PodFacts): void {
  if (!pod.seen.hostPorts) return;
  let taken: Set<string> | undefined;
  for (let i = 0; i < containers.length; i++) {
    const ports = itemsOf(fieldsOf(containers[i])['ports']);
    for (let j = 0; j < ports.length; j++) {
      const key = hostPortKey(fieldsOf(ports[j]), pod, 'containers');
      if (key === undefined) continue;
      taken ??= new Set();
      if (taken.has(key)) v.duplicate(['containers', i, 'ports', j, 'hostPort'], key);
      else taken.add(key);
    }
  }
}

/** Init containers run one by one, so each is seen alone, and the server names the first; the scope stands at the container. */
export function validateOwnHostPorts(v: Scope, container: Fields, pod: PodFacts): void {
  if (!pod.seen.hostPorts) return;
  const taken = new Set<string>();
  const ports = itemsOf(container['ports']);
  for (let j = 0; j < ports.length; j++) {
    const key = hostPortKey(fieldsOf(ports[j]), pod, 'initContainers');
    if (key === undefined) continue;
    if (taken.has(key)) v.duplicate(['ports', j, 'hostPort'], key, '', fieldAbove(v, 1, `[0].ports[${j}].hostPort`));
    else taken.add(key);
  }
}

/** Undefined without a port of the node; a placeholder may be any. */
function hostPortKey(port: Fields, pod: PodFacts, list: string): string | undefined {
  const hostPort = hostPortIn(port, pod, list);
  if (hostPort === 0 || Number.isNaN(hostPort)) return undefined;
  return `${protocolOf(port)}/${textOf(port['hostIP'])}/${hostPort}`;
}

/** With hostNetwork, a hostPort must be the containerPort. Mirrors validatePodHostNetworkDeps; the scope stands at the spec. */
export function validateHostNetworkPorts(v: Scope, pod: PodFacts): void {
  if (!pod.hostNetwork || !pod.seen.hostPorts) return;
  const containers = itemsOf(pod.spec['containers']);
  for (let i = 0; i < containers.length; i++) {
    const ports = itemsOf(fieldsOf(containers[i])['ports']);
    for (let j = 0; j < ports.length; j++) {
      const port = fieldsOf(ports[j]);
      const hostPort = hostPortIn(port, pod, 'containers');
      const containerPort = numberOf(port['containerPort']) ?? 0;
      if (hostPort !== 0 && hostPort !== containerPort && !Number.isNaN(hostPort) && !Number.isNaN(containerPort)) {
        v.invalid(['containers', i, 'ports', j, 'hostPort'], hostPort, 'must match `containerPort` when `hostNetwork` is true');
      }
    }
  }
}
