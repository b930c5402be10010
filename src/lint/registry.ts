// Written by scripts/generate.mjs from the files under rules/.
import type { Rule } from '../rule.ts';
import crashingCommandIsASentence from '../../rules/crashing/command-is-a-sentence.ts';
import crashingHeapOverMemoryLimit from '../../rules/crashing/heap-over-memory-limit.ts';
import crashingHookOnMissingPort from '../../rules/crashing/hook-on-missing-port.ts';
import crashingMalformedMemorySetting from '../../rules/crashing/malformed-memory-setting.ts';
import crashingProbeOnClosedPort from '../../rules/crashing/probe-on-closed-port.ts';
import crashingRemovedComponentFlag from '../../rules/crashing/removed-component-flag.ts';
import crashingRootWithRunAsNonRoot from '../../rules/crashing/root-with-run-as-non-root.ts';
import crashingShellSyntaxWithoutShell from '../../rules/crashing/shell-syntax-without-shell.ts';
import crashingUndefinedVariable from '../../rules/crashing/undefined-variable.ts';
import creatingClaimSharedAcrossNodes from '../../rules/creating/claim-shared-across-nodes.ts';
import creatingMissingConfigMap from '../../rules/creating/missing-config-map.ts';
import creatingMissingKey from '../../rules/creating/missing-key.ts';
import creatingMissingSecret from '../../rules/creating/missing-secret.ts';
import creatingMissingSubPath from '../../rules/creating/missing-sub-path.ts';
import creatingMissingVolumeSource from '../../rules/creating/missing-volume-source.ts';
import creatingPodNetworkMismatch from '../../rules/creating/pod-network-mismatch.ts';
import fragileRoleBindingToNothing from '../../rules/fragile/role-binding-to-nothing.ts';
import fragileScaleTargetMissing from '../../rules/fragile/scale-target-missing.ts';
import fragileServerWarning from '../../rules/fragile/server-warning.ts';
import fragileStatefulSetLosesData from '../../rules/fragile/stateful-set-loses-data.ts';
import fragileStatefulSetWithoutHeadlessService from '../../rules/fragile/stateful-set-without-headless-service.ts';
import fragileStatefulSetWithoutQuorumGuard from '../../rules/fragile/stateful-set-without-quorum-guard.ts';
import imageInvalidName from '../../rules/image/invalid-name.ts';
import imageMissingPullSecret from '../../rules/image/missing-pull-secret.ts';
import imageMisspeltName from '../../rules/image/misspelt-name.ts';
import imagePullSecretWithoutRegistry from '../../rules/image/pull-secret-without-registry.ts';
import imageRetiredRegistry from '../../rules/image/retired-registry.ts';
import imageUnreadablePullSecret from '../../rules/image/unreadable-pull-secret.ts';
import imageWrongPullSecretType from '../../rules/image/wrong-pull-secret-type.ts';
import pendingHostPortTaken from '../../rules/pending/host-port-taken.ts';
import pendingInsufficientResources from '../../rules/pending/insufficient-resources.ts';
import pendingNoMatchingNode from '../../rules/pending/no-matching-node.ts';
import pendingUnboundVolumeClaim from '../../rules/pending/unbound-volume-claim.ts';
import podlintUnusedSuppression from '../../rules/podlint/unused-suppression.ts';
import rejectedAdmissionPolicy from '../../rules/rejected/admission-policy.ts';
import rejectedAppliedTooEarly from '../../rules/rejected/applied-too-early.ts';
import rejectedContradictsClass from '../../rules/rejected/contradicts-class.ts';
import rejectedDuplicateEntry from '../../rules/rejected/duplicate-entry.ts';
import rejectedDuplicateKey from '../../rules/rejected/duplicate-key.ts';
import rejectedDuplicateObject from '../../rules/rejected/duplicate-object.ts';
import rejectedImmutableField from '../../rules/rejected/immutable-field.ts';
import rejectedIncompleteObject from '../../rules/rejected/incomplete-object.ts';
import rejectedInvalidValue from '../../rules/rejected/invalid-value.ts';
import rejectedLimitRange from '../../rules/rejected/limit-range.ts';
import rejectedMissingField from '../../rules/rejected/missing-field.ts';
import rejectedMissingNamespace from '../../rules/rejected/missing-namespace.ts';
import rejectedMissingPriorityClass from '../../rules/rejected/missing-priority-class.ts';
import rejectedMissingRuntimeClass from '../../rules/rejected/missing-runtime-class.ts';
import rejectedMissingServiceAccount from '../../rules/rejected/missing-service-account.ts';
import rejectedNotAnObject from '../../rules/rejected/not-an-object.ts';
import rejectedPodSecurity from '../../rules/rejected/pod-security.ts';
import rejectedQuota from '../../rules/rejected/quota.ts';
import rejectedRemovedApi from '../../rules/rejected/removed-api.ts';
import rejectedSelectorDoesNotMatchTemplate from '../../rules/rejected/selector-does-not-match-template.ts';
import rejectedStaleResourceVersion from '../../rules/rejected/stale-resource-version.ts';
import rejectedUnfilledPlaceholder from '../../rules/rejected/unfilled-placeholder.ts';
import rejectedUnknownField from '../../rules/rejected/unknown-field.ts';
import rejectedUnknownKind from '../../rules/rejected/unknown-kind.ts';
import rejectedUnreadable from '../../rules/rejected/unreadable.ts';
import rejectedUnsafeSysctl from '../../rules/rejected/unsafe-sysctl.ts';
import rejectedWebhookDecides from '../../rules/rejected/webhook-decides.ts';
import rejectedWrongType from '../../rules/rejected/wrong-type.ts';
import terminatingDrainBlockedByBudget from '../../rules/terminating/drain-blocked-by-budget.ts';
import terminatingForceDeleteStatefulSet from '../../rules/terminating/force-delete-stateful-set.ts';
import terminatingGraceShorterThanPreStop from '../../rules/terminating/grace-shorter-than-pre-stop.ts';
import terminatingKubeletDirectoryNotPropagated from '../../rules/terminating/kubelet-directory-not-propagated.ts';
import terminatingPinnedByFinalizer from '../../rules/terminating/pinned-by-finalizer.ts';
import unreachableIngressBackendMissing from '../../rules/unreachable/ingress-backend-missing.ts';
import unreachableServicePortWithoutTarget from '../../rules/unreachable/service-port-without-target.ts';
import unreachableServiceSelectsNothing from '../../rules/unreachable/service-selects-nothing.ts';

export const rules: readonly Rule[] = [
  crashingCommandIsASentence,
  crashingHeapOverMemoryLimit,
  crashingHookOnMissingPort,
  crashingMalformedMemorySetting,
  crashingProbeOnClosedPort,
  crashingRemovedComponentFlag,
  crashingRootWithRunAsNonRoot,
  crashingShellSyntaxWithoutShell,
  crashingUndefinedVariable,
  creatingClaimSharedAcrossNodes,
  creatingMissingConfigMap,
  creatingMissingKey,
  creatingMissingSecret,
  creatingMissingSubPath,
  creatingMissingVolumeSource,
  creatingPodNetworkMismatch,
  fragileRoleBindingToNothing,
  fragileScaleTargetMissing,
  fragileServerWarning,
  fragileStatefulSetLosesData,
  fragileStatefulSetWithoutHeadlessService,
  fragileStatefulSetWithoutQuorumGuard,
  imageInvalidName,
  imageMissingPullSecret,
  imageMisspeltName,
  imagePullSecretWithoutRegistry,
  imageRetiredRegistry,
  imageUnreadablePullSecret,
  imageWrongPullSecretType,
  pendingHostPortTaken,
  pendingInsufficientResources,
  pendingNoMatchingNode,
  pendingUnboundVolumeClaim,
  podlintUnusedSuppression,
  rejectedAdmissionPolicy,
  rejectedAppliedTooEarly,
  rejectedContradictsClass,
  rejectedDuplicateEntry,
  rejectedDuplicateKey,
  rejectedDuplicateObject,
  rejectedImmutableField,
  rejectedIncompleteObject,
  rejectedInvalidValue,
  rejectedLimitRange,
  rejectedMissingField,
  rejectedMissingNamespace,
  rejectedMissingPriorityClass,
  rejectedMissingRuntimeClass,
  rejectedMissingServiceAccount,
  rejectedNotAnObject,
  rejectedPodSecurity,
  rejectedQuota,
  rejectedRemovedApi,
  rejectedSelectorDoesNotMatchTemplate,
  rejectedStaleResourceVersion,
  rejectedUnfilledPlaceholder,
  rejectedUnknownField,
  rejectedUnknownKind,
  rejectedUnreadable,
  rejectedUnsafeSysctl,
  rejectedWebhookDecides,
  rejectedWrongType,
  terminatingDrainBlockedByBudget,
  terminatingForceDeleteStatefulSet,
  terminatingGraceShorterThanPreStop,
  terminatingKubeletDirectoryNotPropagated,
  terminatingPinnedByFinalizer,
  unreachableIngressBackendMissing,
  unreachableServicePortWithoutTarget,
  unreachableServiceSelectsNothing,
];
