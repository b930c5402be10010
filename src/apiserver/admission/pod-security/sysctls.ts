import { at, objectsOf } from '../../../api/manifest.ts';
import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';
import type { Check, CheckPod } from './check.ts';

/** Safe sysctls with the minor from which the standards allow them. */
const SAFE: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
  ['net.ipv4.tcp_slow_start_after_idle', 37],
  ['net.ipv4.tcp_notsent_lowat', 37],
]);

function sysctlsOf(minor: number): CheckPod {
  return (pod) => {
    const names: string[] = [];
    const paths: Path[] = [];
    for (const [sysctl, i] of objectsOf(at(pod.spec, ['securityContext', 'sysctls']))) {
      const name = typeof sysctl['name'] === 'string' ? sysctl['name'] : '';
      if (isUnknown(name) || (SAFE.get(name) ?? Number.POSITIVE_INFINITY) <= minor) continue;
      names.push(name);
      paths.push(['spec', 'securityContext', 'sysctls', i, 'name']);
    }
    return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', '), paths };
  };
}

export const SYSCTL_CHECKS: readonly Check[] = [
  { id: 'sysctls', level: 'baseline', versions: [0, 27, 29, 32, 37].map((minor) => [minor, sysctlsOf(minor)]) },
];
