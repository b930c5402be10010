import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';
import { type Check, type CheckPod, exceptWindows, joinQuoted, namedContainers, read, sorted, UNKNOWN } from './check.ts';

const DEFAULT_SET: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const NET_BIND_SERVICE: ReadonlySet<string> = new Set(['NET_BIND_SERVICE']);

interface Added {
  readonly names: string[];
  readonly capabilities: Set<string>;
  readonly paths: Path[];
}

function collectForbidden(added: Added, name: string, path: Path, add: unknown, allowed: ReadonlySet<string>): void {
  if (!Array.isArray(add)) return;
  let found = false;
  for (let i = 0; i < add.length; i++) {
    const capability: unknown = add[i];
    if (typeof capability !== 'string' || allowed.has(capability) || isUnknown(capability)) continue;
    found = true;
    added.capabilities.add(capability);
    added.paths.push([...path, 'securityContext', 'capabilities', 'add', i]);
  }
  if (found) added.names.push(name);
}

function mustNotInclude({ names, capabilities }: Added): string {
  return `${namedContainers(names)} must not include ${joinQuoted(sorted(capabilities))} in securityContext.capabilities.add`;
}

const baseline: CheckPod = (pod) => {
  const added: Added = { names: [], capabilities: new Set(), paths: [] };
  for (const { name, path, value } of pod.containers) {
    collectForbidden(added, name, path, read(value, 'securityContext', 'capabilities', 'add'), DEFAULT_SET);
  }
  if (added.names.length === 0) return undefined;
  return { reason: 'non-default capabilities', detail: mustNotInclude(added), paths: added.paths };
};

const restricted: CheckPod = (pod) => {
  const added: Added = { names: [], capabilities: new Set(), paths: [] };
  const missing: string[] = [];
  const paths: Path[] = [];
  for (const { name, path, value } of pod.containers) {
    const drop = read(value, 'securityContext', 'capabilities', 'drop');
    const dropsAll = drop === UNKNOWN || (Array.isArray(drop) && drop.some((item) => item === 'ALL' || isUnknown(item)));
    if (!dropsAll) {
      missing.push(name);
      paths.push([...path, 'securityContext', 'capabilities', 'drop']);
    }
    collectForbidden(added, name, path, read(value, 'securityContext', 'capabilities', 'add'), NET_BIND_SERVICE);
  }
  const details: string[] = [];
  if (missing.length > 0) details.push(`${namedContainers(missing)} must set securityContext.capabilities.drop=["ALL"]`);
  if (added.names.length > 0) details.push(mustNotInclude(added));
  if (details.length === 0) return undefined;
  return { reason: 'unrestricted capabilities', detail: details.join('; '), paths: [...paths, ...added.paths] };
};

export const CAPABILITY_CHECKS: readonly Check[] = [
  { id: 'capabilities_baseline', level: 'baseline', versions: [[0, baseline]] },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    versions: [
      [22, restricted],
      [25, exceptWindows(restricted)],
    ],
    overrides: ['capabilities_baseline'],
  },
];
