import { isUnknown } from '../../api/unknown.ts';
import type { Cause } from '../cause.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, Scope, textOf } from './scope.ts';

const LOWEST = 30_000;
const HIGHEST = 32_767;

/**
 * A node port that can be none, or that the Service asks for twice. Ports of one number, such as of TCP and UDP, share theirs; others cannot, whatever
 * their protocols. The server allocates before it validates, and stops at the first fault.
 * Mirrors initNodePorts of k8s.io/kubernetes/pkg/registry/core/service/storage/alloc.go.
 */
export function validateNodePorts(v: Scope, spec: Fields): void {
  if (isNodePortService(spec)) allocate(v, spec, false);
}

/**
 * What the server says of a Service's node ports on a cluster with the usual range for them; another can be set by
 * `--service-node-port-range`, so this is no part of `validate`.
 */
export function validateServiceAllocation(object: unknown, minor = 37): Cause[] {
  const { spec } = fieldsOf(object);
  const v = new Scope(object, minor);
  if (isNodePortService(fieldsOf(spec))) v.in('spec', spec, (inner, fields) => allocate(inner, fields, true));
  return v.end();
}

function isNodePortService(spec: Fields): boolean {
  const type = textOf(spec.type);
  return type === 'NodePort' || type === 'LoadBalancer';
}

function allocate(v: Scope, spec: Fields, usualRange: boolean): void {
  const ports = itemsOf(spec.ports);
  const requested = new Map<number, number>();
  for (const item of ports) {
    const { port, nodePort } = fieldsOf(item);
    if (isUnknown(port) || isUnknown(nodePort)) return;
    const wanted = numberOf(nodePort) ?? 0;
    const number = numberOf(port) ?? 0;
    if (wanted !== 0 && !requested.has(number)) requested.set(number, wanted);
  }
  const taken = new Set<number>();
  const shared = new Set<number>();
  for (const [i, item] of ports.entries()) {
    const { port, nodePort } = fieldsOf(item);
    const number = numberOf(port) ?? 0;
    const own = numberOf(nodePort) ?? 0;
    const first = requested.get(number);
    if (first === undefined || (own === 0 && spec.allocateLoadBalancerNodePorts === false)) continue;
    const wanted = shared.has(number) ? own : first;
    if (shared.has(number) && (own === first || own === 0)) continue;
    const fault = allocationFault(wanted, taken, usualRange);
    if (fault !== undefined) {
      v.invalid(['ports', i, 'nodePort'], wanted, fault);
      return;
    }
    taken.add(wanted);
    shared.add(number);
  }
}

function allocationFault(port: number, taken: ReadonlySet<number>, usualRange: boolean): string | undefined {
  // Whatever range a cluster has, it lies within what can be a port.
  if (usualRange ? port < LOWEST || port > HIGHEST : port < 1 || port > 65_535) {
    return `provided port is not in the valid range. The range of valid ports is ${LOWEST}-${HIGHEST}`;
  }
  return taken.has(port) ? 'provided port is already allocated' : undefined;
}
