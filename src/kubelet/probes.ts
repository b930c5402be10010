import { closest, editDistance } from '../api/closest.ts';
import { asArray, asNumber, asObject, asString, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { opensAnyway } from './open-ports.ts';

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

export const PROBE_KINDS: readonly ProbeKind[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];

/** An entry of a container's `ports`. It opens nothing; it only tells others what the program opens, and gives it a name. */
export interface DeclaredPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  /** Relative to the container: `['ports', 0]`. */
  readonly path: Path;
}

export function declaredPorts(container: unknown): DeclaredPort[] {
  const out: DeclaredPort[] = [];
  for (const [entry, index] of objectsOf(asObject(container)?.['ports'])) {
    const port = asNumber(entry['containerPort']);
    if (port === undefined) continue;
    out.push({ name: asString(entry['name']), port, protocol: asString(entry['protocol']) ?? 'TCP', path: ['ports', index] });
  }
  return out;
}

/** Where a probe, or a lifecycle hook, goes to. */
export interface PortTarget {
  readonly handler: 'httpGet' | 'tcpSocket' | 'grpc';
  readonly port: number | string;
  /** Relative to the probe: `['httpGet', 'port']`. */
  readonly path: Path;
  /** Set when it goes to another host than the Pod. */
  readonly host?: string;
}

/** The port that a probe asks, undefined for exec probes and for what is no probe. */
export function portTargetOf(probe: unknown): PortTarget | undefined {
  const value = asObject(probe);
  for (const handler of ['httpGet', 'tcpSocket', 'grpc'] as const) {
    const action = asObject(value?.[handler]);
    if (action === undefined) continue;
    const port = action['port'];
    if (typeof port !== 'number' && typeof port !== 'string') return undefined;
    return { handler, port, path: [handler, 'port'], host: handler === 'grpc' ? undefined : asString(action['host']) };
  }
  return undefined;
}

export type PortVerdict =
  /** Another host's port, a placeholder, or a container that declares none: nothing to hold it against. */
  | { readonly is: 'open' }
  | { readonly is: 'declared'; readonly port: number }
  /**
   * A number that no container of the Pod declares and that neither command, args nor env mention. The port may be open all
   * the same: to declare it is a courtesy.
   */
  | { readonly is: 'undeclared'; readonly port: number; readonly near?: DeclaredPort }
  /** A name that the container does not give to a port: the kubelet cannot ask. */
  | {
      readonly is: 'unnamed';
      readonly name: string;
      readonly near?: string /** Name of another container of the Pod that has it. */;
      readonly elsewhere?: string;
      readonly message: string;
    };

/**
 * Where a probe goes, seen from the container it belongs to. A name must be one of the same container's ports
 * (pkg/probe/util.go ResolveContainerPort); a number may be any.
 *
 * `podSpec` is the Pod's spec, whose containers share one network; `minor` the release, for the wording.
 */
export function probePort(probe: unknown, container: unknown, podSpec?: unknown, minor = 37): PortVerdict {
  const target = portTargetOf(probe);
  if (target === undefined) return { is: 'open' };
  const ports = declaredPorts(container);
  const { port } = target;
  if (typeof port === 'string') {
    if (isUnknown(port)) return { is: 'open' };
    const found = ports.find(({ name }) => (name ?? '') === port);
    if (found !== undefined) return { is: 'declared', port: found.port };
    if (ports.some(({ name }) => isUnknown(name))) return { is: 'open' };
    return {
      is: 'unnamed',
      name: port,
      near: closest(port, namesOf(ports)),
      elsewhere: elsewhere(port, container, podSpec),
      message: minor >= 37 ? `port ${JSON.stringify(port)} not found` : `port ${port} not found`,
    };
  }
  if (target.host !== undefined && target.host !== '' && target.host !== 'localhost' && target.host !== '127.0.0.1')
    return { is: 'open' };
  const all = [...ports];
  for (const other of containersOf(podSpec)) if (other !== container) all.push(...declaredPorts(other));
  if (all.some((declared) => declared.port === port && declared.protocol !== 'UDP')) return { is: 'declared', port };
  if (!ports.some(({ protocol }) => protocol === 'TCP') || mentions(container, port) || opensAnyway(container, port))
    return { is: 'open' };
  const near = ports.filter((declared) => declared.protocol === 'TCP' && alike(declared.port, port));
  return { is: 'undeclared', port, near: near.length === 1 ? near[0] : undefined };
}

function* namesOf(ports: readonly DeclaredPort[]): Generator<string> {
  for (const { name } of ports) if (name !== undefined) yield name;
}

function containersOf(podSpec: unknown): unknown[] {
  const spec = asObject(podSpec);
  return [...asArray(spec?.['initContainers']), ...asArray(spec?.['containers'])];
}

function elsewhere(port: string, container: unknown, podSpec: unknown): string | undefined {
  for (const other of containersOf(podSpec)) {
    if (other === container) continue;
    if (declaredPorts(other).some(({ name }) => name === port)) return asString(asObject(other)?.['name']);
  }
  return undefined;
}

/** One slip between two numbers of four or five digits: 8080 and 8008, 3000 and 300. Not 8080 and 8081, which are two ports. */
function alike(a: number, b: number): boolean {
  const [x, y] = [String(a), String(b)];
  if (Math.min(x.length, y.length) < 3 || editDistance(x, y, 1) > 1) return false;
  return x.length !== y.length || [...x].sort().join('') === [...y].sort().join('');
}

/** True when the number stands in the command line or in the environment: then the program may well open it. */
function mentions(container: unknown, port: number): boolean {
  const value = asObject(container);
  const digits = String(port);
  for (const field of ['command', 'args']) for (const word of asArray(value?.[field])) if (holds(word, digits)) return true;
  for (const [entry] of objectsOf(value?.['env'])) if (holds(entry['value'], digits)) return true;
  return false;
}

function holds(text: unknown, digits: string): boolean {
  if (typeof text !== 'string') return false;
  for (let at = text.indexOf(digits); at >= 0; at = text.indexOf(digits, at + 1)) {
    if (!isDigit(text, at - 1) && !isDigit(text, at + digits.length)) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** What becomes of a container whose probe can never be asked, since its port has no such name. */
export interface UnaskedProbe {
  /** The Event's text: `Readiness probe errored and resulted in unknown state: port "htpp" not found`. */
  readonly says: string;
  /** READY and STATUS as `kubectl get pods` shows them: such a Pod is never restarted for it. */
  readonly status: 'Running' | 'Init';
  /** False: it never becomes ready, so that no Service sends it anything and a rollout does not get past it. */
  readonly ready: boolean;
}

/**
 * The kubelet throws the result of a probe that errors away (pkg/kubelet/prober/worker.go, doProbe), so the first value stays:
 * alive for liveness (the probe is as good as absent), not ready for readiness, not started for startup; and a container that
 * has not started is neither ready nor probed otherwise. Nothing is killed or restarted. A sidecar that has not started holds
 * up the containers after it: the Pod stays in Init.
 */
export function unaskedProbe(kind: ProbeKind, role: 'init' | 'sidecar' | 'app', message: string, minor = 37): UnaskedProbe {
  const type = kind === 'livenessProbe' ? 'Liveness' : kind === 'readinessProbe' ? 'Readiness' : 'Startup';
  return {
    says: minor >= 33 ? `${type} probe errored and resulted in unknown state: ${message}` : `${type} probe errored: ${message}`,
    status: kind === 'startupProbe' && role === 'sidecar' ? 'Init' : 'Running',
    ready: kind === 'livenessProbe',
  };
}

/** How long a container may take to answer before the kubelet kills it. */
export interface StartBudget {
  /** From the start of the container to the failure that kills it. */
  readonly seconds: number;
  /** The probe that kills. */
  readonly by: 'livenessProbe' | 'startupProbe';
}

/**
 * The time that a container has to come up: until its startup probe, or without one its liveness probe, has failed
 * `failureThreshold` times in a row. Undefined where nothing would kill it. Defaults are the API server's (0, 10 s, 3, 1 s).
 */
export function startBudget(container: unknown): StartBudget | undefined {
  const value = asObject(container);
  for (const by of ['startupProbe', 'livenessProbe'] as const) {
    const probe = asObject(value?.[by]);
    if (probe === undefined) continue;
    const delay = positive(probe['initialDelaySeconds'], 0);
    const period = positive(probe['periodSeconds'], 10);
    const failures = positive(probe['failureThreshold'], 3);
    const timeout = positive(probe['timeoutSeconds'], 1);
    // The kubelet looks every period, and passes over the looks before the delay is over.
    return { seconds: Math.ceil(delay / period) * period + (failures - 1) * period + timeout, by };
  }
  return undefined;
}

function positive(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
}
