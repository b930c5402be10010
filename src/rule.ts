/**
 * The one door for rules: what a rule is, what it is handed, and the semantics it may ask.
 * A rule file imports this and nothing else.
 */

import { matchesSelector, parseLabelSelector } from './api/label-selector.ts';
import { at } from './api/manifest.ts';
import type { Cause } from './apiserver/cause.ts';
import type { DecodeFault } from './apiserver/decode.ts';
import type { Update } from './apiserver/update/index.ts';
import type { Known, LiteralVerdict } from './apiserver/verdict.ts';
import type { Warning } from './apiserver/warnings/index.ts';
import type { Absence } from './cluster/absence.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { KubeObject } from './cluster/object.ts';
import type { Container, PodTemplate } from './cluster/pods.ts';
import type { Reference } from './cluster/references.ts';
import type { Level, Prediction, Profile } from './report/types.ts';
import type { Part, Range, SourceDocument } from './source/document.ts';
import { fieldPath, type Path } from './source/path.ts';

export interface Rule {
  /** `<what you would see>/<what is wrong>`: the path of the file under rules/, and of its folder under fixtures/. Never reused. */
  readonly id: string;
  /** Ids it had before; they go on working in configurations and suppressions. */
  readonly aliases?: readonly string[];
  /** Level of a problem that names none. error: with what is known it will happen; warning: it happens under a condition; note: advice. */
  readonly level: Level;
  /** The smallest profile that runs it; default `predict` for rules that predict, else `recommended`. */
  readonly profile?: Profile;
  /** What a cluster would show. Absent for advice. */
  readonly predicts?: Prediction;
  /** It speaks only where every file is a set of its own (`--each`), and the question is what becomes of the file as it is. */
  readonly each?: true;
  /** Rows of the guide to Pod states that it serves: `['S8']`. */
  readonly states: readonly string[];
  readonly docs: RuleDocs;
  readonly examples: { readonly bad: string; readonly good: string /** Facts both are judged with. */; readonly facts?: string };
  /** `always`: the fix turns the bad example into the good one, byte for byte. */
  readonly fix: 'always' | 'sometimes' | 'never';
  /** How the prediction is held against the real components: which command of the oracle records the fixtures (`apply`: kubectl's), or why none can. */
  readonly evidence: 'admit' | 'run' | 'apply' | { readonly none: string };
  readonly visit: Visitors;
}

export interface RuleDocs {
  /** One line: what is wrong, in the words somebody would search for. */
  readonly summary: string;
  /** Two or three sentences: what happens in the cluster, who says so, what to do. */
  readonly why: string;
  /** What the rule cannot know, if that matters. */
  readonly limits?: string;
  readonly links: readonly string[];
}

/**
 * What a rule looks at, named after it. One walk over the set serves all rules. Every visitor but `Document`, `Unsent`, `Manifest` and `Validated` sees only
 * objects that decode. A kind's name (`Service`, `StatefulSet`, …) visits the objects of that kind. Which objects have been visited before, no visitor may
 * depend on: a large set is shared out. What it has to remember of the set, `Document` notes, or whoever asks first makes it of the whole cluster.
 */
export interface Visitors extends KindVisitors {
  /** Every document of the set, readable or not. */
  Document?(document: SourceDocument, context: Context): void;
  /** With `--each`, where the question is what becomes of the file itself: every document of a file that holds no manifests. */
  Unsent?(unsent: Unsent, context: Context): void;
  /** Every object, also one that the API server would not decode. */
  Manifest?(object: KubeObject, context: Context): void;
  /** Every object that the API server would validate: those that decode, and custom resources of which only the Pod template is malformed. */
  Validated?(object: KubeObject, context: Context): void;
  Object?(object: KubeObject, context: Context): void;
  PodTemplate?(pod: PodTemplate, context: Context): void;
  Container?(container: Container, context: Context): void;
  Reference?(reference: Reference, context: Context): void;
  /** Once for the whole set: for what only shows when objects are counted together. Report with `object`. */
  Cluster?(cluster: Cluster, context: Context): void;
}

/** A document that nobody sends as it is: it is for another program, or a text to be filled in first. */
export interface Unsent {
  readonly document: SourceDocument;
  /** The file is no YAML before it is filled in. */
  readonly template: boolean;
}

/** Kinds that have a visitor of their own. Add a name here when a rule needs another one. */
type VisitedKind =
  | 'ClusterRole'
  | 'ClusterRoleBinding'
  | 'ConfigMap'
  | 'CronJob'
  | 'CustomResourceDefinition'
  | 'DaemonSet'
  | 'Deployment'
  | 'EndpointSlice'
  | 'HorizontalPodAutoscaler'
  | 'Ingress'
  | 'Job'
  | 'LimitRange'
  | 'Namespace'
  | 'NetworkPolicy'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'PodDisruptionBudget'
  | 'ResourceQuota'
  | 'Role'
  | 'RoleBinding'
  | 'Secret'
  | 'Service'
  | 'ServiceAccount'
  | 'StatefulSet'
  | 'StorageClass';

type KindVisitors = { readonly [Kind in VisitedKind]?: (object: KubeObject, context: Context) => void };

export interface Context {
  readonly cluster: Cluster;
  report(problem: Problem): void;
  /** How the API server knows an object's kind. */
  known(object: KubeObject): Known;
  /** What strict decoding says of an object. */
  decodeFaults(object: KubeObject): readonly DecodeFault[];
  /** What validation says of an object; empty where the API server would not come to it. */
  causes(object: KubeObject): readonly Cause[];
  /** With `--each`: what the API server says of an object whose placeholders nobody has filled in. */
  literal(object: KubeObject): LiteralVerdict | undefined;
  /** What an update of the object would be refused; undefined where nothing is known to be there under its name. */
  update(object: KubeObject): Update | undefined;
  /** The Warning headers that the API server sends with an object that it accepts. */
  warnings(object: KubeObject): readonly Warning[];
  /** The rule's options of the configuration; {} where there are none. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a rule says. It names paths, never lines: the engine makes the place. */
export interface Problem {
  /** Relative to `object`. A path that does not exist points at its nearest ancestor. */
  readonly at: Path;
  /** The object that `at` is in. Default: the object visited. */
  readonly object?: KubeObject;
  /** Point at the key of the node or at its value. Default `value` (for a collection that is its key). */
  readonly part?: Part;
  /** For documents without an object to speak of: the place itself, as the reader gave it. */
  readonly range?: Range;
  readonly message: string;
  /** The component's own words, names filled in. */
  readonly says?: string;
  readonly level?: Level;
  readonly predicts?: Prediction;
  /** The StatusCause that the API server would return. */
  readonly cause?: { readonly type: string; readonly field: string };
  readonly related?: readonly Related[];
  /** Another place of the same document, as the reader gave it. */
  readonly relatedRange?: { readonly range: Range; readonly message: string };
  readonly fix?: Fix;
  /** It is the kind's schema that says so: no surer than the schema is known (a custom kind's may be podlint's own copy). */
  readonly bySchema?: boolean;
  /** Pod templates that it keeps from running, for the forecast. Default: the one visited, or the one the object makes; none for advice. */
  readonly blocks?: readonly PodTemplate[];
  /** How many Pods of each are kept from running. Default all. */
  readonly pods?: number;
  /** False where it is sure that Pods are kept from running, but not that it is these. */
  readonly certain?: boolean;
}

export interface Related {
  readonly object: KubeObject;
  readonly at: Path;
  readonly part?: Part;
  readonly message: string;
}

export interface Fix {
  /** What it does, as a button would say: `Rename to "containers"`. */
  readonly title: string;
  /** Safe: it changes nothing but what is wrong, and is right whenever the finding is. */
  readonly safe: boolean;
  readonly changes: readonly Change[];
}

/** A semantic change; the source room turns it into an edit that keeps comments, order and line endings. Paths are relative to `object`. */
export type Change = { readonly object?: KubeObject } & Alteration;

export type Alteration =
  | { readonly set: Path; readonly to: string | number | boolean }
  | { readonly rename: Path; readonly to: string }
  | { readonly remove: Path }
  /** Puts a plain scalar into quotes, as it is written: `0777` becomes `"0777"`. */
  | { readonly quote: Path }
  /** Adds an entry to the mapping at the path. `to` may be a small plain value. */
  | { readonly add: Path; readonly key: string; readonly to: unknown };

/** Puts the near name in place of the missing one: not safe, since only the author knows. */
export function nearFix(reference: Reference, { near }: Absence): Fix | undefined {
  if (near === undefined || near.namespace !== reference.namespace) return undefined;
  return { title: `Change the name to ${near.name}`, safe: false, changes: [{ set: reference.path, to: near.name }] };
}

export function rule(definition: Rule): Rule {
  return definition;
}

export { closest, isSlip } from './api/closest.ts';
export { type DataStore, dataStoreOf, isWithin } from './api/data-stores.ts';
export { type ImageFault, imageFault } from './api/image-fault.ts';
export { canonicalName, type ImageReference, parseImage, renamed } from './api/image-reference.ts';
export { matchesSelector, parseLabelSelector } from './api/label-selector.ts';
export {
  asArray,
  asNumber,
  asObject,
  asString,
  at,
  isObject,
  type JsonObject,
  type Manifest,
  objectsOf,
} from './api/manifest.ts';
export { formatQuantity, parseQuantity, quantityToNumber } from './api/quantity.ts';
export { holdsPlaceholder, isUnknown } from './api/unknown.ts';
export { applyDefaults, claimLimitFaults, limitFaults, limitRangesOf } from './apiserver/admission/limit-range.ts';
export { evaluatePodSecurity, podSecurityMessage, podSecurityPolicyOf } from './apiserver/admission/pod-security.ts';
export { type PolicyRefusal, podPolicyRefusals, policyRefusals } from './apiserver/admission/policies.ts';
export { effectivePriority, priorityClassesOf } from './apiserver/admission/priority.ts';
export { quotaLedger, quotaOver, quotasOf } from './apiserver/admission/quota.ts';
export { applyRuntimeClass } from './apiserver/admission/runtime-class.ts';
export { type DecidingWebhook, decidingWebhooks } from './apiserver/admission/webhooks.ts';
export type { Cause } from './apiserver/cause.ts';
export { followsFrom } from './apiserver/consequence.ts';
export type { DecodeFault } from './apiserver/decode.ts';
export { type StuckSync, type SyncStep, stuckSyncs } from './apiserver/sync-order.ts';
export { type TooEarly, tooEarly } from './apiserver/too-early.ts';
export type { Update, UpdateCause } from './apiserver/update/index.ts';
export { validateServiceAllocation } from './apiserver/validate/node-ports.ts';
export { type Absence, absenceOf, nearPlace } from './cluster/absence.ts';
export type { Cluster, Presence } from './cluster/cluster.ts';
export { SYSTEM_NAMESPACES } from './cluster/existing.ts';
export { keysOf } from './cluster/keys.ts';
export type { Mutation, MutationRefusal } from './cluster/mutation.ts';
export { describe, type KubeObject, namesNoNamespace } from './cluster/object.ts';
export { type Container, type PodTemplate, stringsOf } from './cluster/pods.ts';
export type { Reference, ReferenceRole } from './cluster/references.ts';
export { type CommandFault, commandFaults } from './kubelet/command.ts';
export { type ConfigurationFault, configMapFaults, configurationFaults } from './kubelet/component-configs.ts';
export { type ComponentFault, componentFaults } from './kubelet/component-faults.ts';
export { type UndefinedVariable, undefinedVariables } from './kubelet/environment.ts';
export { environmentFacts, namesReferredTo } from './kubelet/environment-facts.ts';
export { ImageSet, type NearMiss, nearMiss, nearTag, type RetiredImage, retiredImage } from './kubelet/images.ts';
export { claimsOver, memoryClaims, memoryLimit, memorySettings } from './kubelet/memory.ts';
export { isWaitedFor, missingKeySays, missingSays, missingStatus, volumeName } from './kubelet/missing.ts';
export { NetworkSet } from './kubelet/network-set.ts';
export {
  deniedSays,
  hasCredentials,
  type NamedPullSecret,
  type PulledImage,
  podPullSecrets,
  pullCondition,
  pulledImages,
  readable,
  unretrievedSays,
  uselessPullSecrets,
  withoutCredentials,
} from './kubelet/pod-pull-secrets.ts';
export { declaredPorts, PROBE_KINDS, portTargetOf, probePort, unaskedProbe } from './kubelet/probes.ts';
export { brokenSecretStatus, credentialsFor, nearRegistry, pullSecretOf } from './kubelet/pull-secrets.ts';
export { crashStatus, statusOf } from './kubelet/status.ts';
export { allowedSysctls, forbiddenSysctl, noteConfiguration } from './kubelet/sysctls.ts';
export { type UnreachableRegistry, unreachable, unreachableOf } from './kubelet/unreachable.ts';
export { type Unrunnable, unrunnable } from './kubelet/unrunnable.ts';
export { type Outlook, outlookOf } from './outlook.ts';
export type { Level, Prediction, Profile } from './report/types.ts';
export { pendingCause, pendingReasons } from './scheduler/explain.ts';
export { conflicts, type HostPort } from './scheduler/host-ports.ts';
export { claimOutlook, type VolumeFacts } from './scheduler/volumes.ts';
export { classify } from './source/classify.ts';
export { STDIN } from './source/document.ts';
export type { Path };
export { fieldPath };

/** The cause by which a workload's selector misses its own template: it has a rule of its own. */
export function isSelectorMismatch(cause: Cause): boolean {
  return (
    cause.type === 'FieldValueInvalid' &&
    /`selector` does not match template `labels`|selector does not match template labels/.test(cause.message)
  );
}

/** Whether a LabelSelector as it is written matches labels for certain. */
export function labelSelectorMatches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const parsed = parseLabelSelector(selector);
  return parsed !== undefined && matchesSelector(parsed, labels) === true;
}

/** What every problem made of a validation cause shares: the place, the server's words, and the cause as a script compares it. */
export function refusal(cause: Cause): Pick<Problem, 'at' | 'says' | 'cause' | 'bySchema'> {
  const field = fieldOf(cause);
  return {
    at: cause.at ?? cause.path,
    says: `${field}: ${cause.message}`,
    cause: { type: cause.type, field },
    bySchema: true,
  };
}

/** The field as the API server names it. */
export function fieldOf(cause: Cause): string {
  return cause.field ?? fieldPath(cause.path);
}

/** The part of a path that exists in a value. */
export function nearestExisting(value: unknown, path: Path): Path {
  let length = path.length;
  while (length > 0 && at(value, path.slice(0, length)) === undefined) length--;
  return path.slice(0, length);
}
