import { asNumber, asString, type JsonObject, objectsOf } from '../api/manifest.ts';
import { hostPortOf, protocolOf } from '../api/pod-defaults.ts';
import type { Path } from '../source/path.ts';

/** A port of the host that a Pod wants for itself. */
export interface HostPort {
  /** `0.0.0.0` for every address. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
  /** Where it is written, relative to the Pod. */
  readonly path: Path;
}

export const EVERY_ADDRESS = '0.0.0.0';

/** Since this minor the scheduler counts the ports of sidecars. */
const SIDECARS_SINCE = 33;

/**
 * The host ports of a Pod. With hostNetwork every container port is one (pkg/apis/core/v1/defaults.go); init containers do not count
 * unless they keep running. Mirrors GetHostPorts of pkg/scheduler/util/utils.go.
 */
export function hostPortsOf(podSpec: JsonObject, minor: number): readonly HostPort[] {
  const out: HostPort[] = [];
  const hostNetwork = podSpec['hostNetwork'] === true;
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [container, i] of objectsOf(podSpec[list])) {
      if (list === 'initContainers' && (container['restartPolicy'] !== 'Always' || minor < SIDECARS_SINCE)) continue;
      for (const [port, j] of objectsOf(container['ports'])) {
        const number = hostPortOf(port, hostNetwork);
        if (!(number > 0)) continue;
        const field = asNumber(port['hostPort']) === number ? 'hostPort' : 'containerPort';
        const ip = asString(port['hostIP']);
        out.push({
          ip: ip || EVERY_ADDRESS,
          protocol: protocolOf(port),
          port: number,
          path: ['spec', list, i, 'ports', j, field],
        });
      }
    }
  }
  return out;
}

/** Two Pods with these ports cannot share a node. */
export function conflicts(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === EVERY_ADDRESS || b.ip === EVERY_ADDRESS);
}

/** The ports taken on one node. Mirrors HostPortInfo of k8s.io/kube-scheduler/framework/types.go. */
export class UsedPorts {
  readonly #byPort = new Map<string, Map<string, number>>();

  add(ports: readonly HostPort[], sign: 1 | -1 = 1): void {
    for (const { ip, protocol, port } of ports) {
      const key = `${protocol}/${port}`;
      let addresses = this.#byPort.get(key);
      if (addresses === undefined) this.#byPort.set(key, (addresses = new Map()));
      const count = (addresses.get(ip) ?? 0) + sign;
      if (count > 0) addresses.set(ip, count);
      else addresses.delete(ip);
    }
  }

  /** The first of these ports that is taken. */
  conflict(ports: readonly HostPort[]): HostPort | undefined {
    return ports.find(({ ip, protocol, port }) => {
      const addresses = this.#byPort.get(`${protocol}/${port}`);
      if (addresses === undefined || addresses.size === 0) return false;
      return ip === EVERY_ADDRESS || addresses.has(ip) || addresses.has(EVERY_ADDRESS);
    });
  }
}
