import { printSelector } from '../validate/parts.ts';
import { type Check, plainly } from './check.ts';

/** Mirrors ValidateDeploymentUpdate, ValidateDaemonSetUpdate and ValidateReplicaSetUpdate of pkg/apis/apps/validation. */
export function selectorOnly(check: Check): void {
  check.immutable(['spec', 'selector'], printSelector);
}

const STATEFUL_SET_FIELDS = ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'] as const;

/** Mirrors ValidateStatefulSetUpdate. Until 1.36 the whole spec was compared without what may change. */
export function statefulSet(check: Check): void {
  if (check.minor >= 37) {
    check.immutable(['spec', 'selector'], printSelector);
    check.immutable(['spec', 'volumeClaimTemplates']);
    check.immutable(['spec', 'serviceName'], (name) => name ?? '');
    check.immutable(['spec', 'podManagementPolicy'], (policy) => policy ?? 'OrderedReady');
    return;
  }
  const fields = check.minor >= 33 ? STATEFUL_SET_FIELDS : ([...STATEFUL_SET_FIELDS, 'revisionHistoryLimit'] as const);
  for (const field of fields) {
    if (field === 'revisionHistoryLimit' && !isWrittenTwice(check, field)) continue;
    const found = check.changed(['spec', field]);
    if (found === undefined) continue;
    const history = check.minor >= 33 ? " 'revisionHistoryLimit'," : '';
    check.forbid(
      ['spec'],
      `updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy',${history} 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden`,
      found.path,
    );
    return;
  }
}

function isWrittenTwice(check: Check, field: string): boolean {
  return typeof check.oldAt('spec')[field] === 'number' && typeof check.nextAt('spec')[field] === 'number';
}

/** Mirrors ValidateControllerRevisionUpdate. */
export function controllerRevision(check: Check): void {
  check.immutable(['data'], plainly);
}
