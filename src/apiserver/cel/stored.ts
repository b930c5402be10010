import { isObject, type JsonObject } from '../../api/manifest.ts';
import { formatQuantity, parseQuantity } from '../../api/quantity.ts';
import { isPlaceholder } from '../../api/unknown.ts';
import { bindPlain } from './bind.ts';
import { CelList, CelMap, UNKNOWN, type Value } from './values.ts';

/**
 * An object of a built-in kind as validating admission sees it: with defaults, and with what mutating admission puts in. What is not
 * written is absent only where nothing fills it in, has its default where that is always the same, and is unknown else.
 * Mirrors pkg/apis/…/v1/defaults.go of k8s.io/kubernetes, and the JSON of its types: empty fields are left out.
 */
export interface StoredOptions {
  /** It is created as a Pod: ServiceAccount and other plugins of admission have been at it. */
  readonly pod: boolean;
  /** A LimitRange of the namespace may add requests and limits. */
  readonly limited: boolean;
  /** Made by a controller: its name and some labels are the controller's. */
  readonly generated: boolean;
  readonly namespace: string;
  readonly kind: string;
  /** Of a custom kind, with the defaults of its schema: only its metadata is filled in. */
  readonly custom: boolean;
}

export function bindStored(value: JsonObject, options: StoredOptions): Value {
  return bindAt(value, 'root', '', options);
}

/** Where in an object: what may be filled in depends on it. */
type Part =
  | 'root'
  | 'meta'
  | 'generatedLabels'
  | 'template'
  | 'templateMeta'
  | 'plain'
  | 'podSpec'
  | 'container'
  | 'resources'
  | 'quantities'
  | 'texts'
  | 'closed'
  | 'any';

function bindAt(value: unknown, part: Part, key: string, options: StoredOptions): Value {
  if (isPlaceholder(value)) return UNKNOWN;
  if (part === 'quantities' && !isObject(value)) return canonical(value);
  if (part === 'plain') return bindPlain(value);
  if (Array.isArray(value)) return new StoredList(value, part, key, options);
  if (!isObject(value)) return bindPlain(value);
  for (const name in value) if (isPlaceholder(name)) return UNKNOWN;
  return part === 'texts' ? bindPlain(value) : new StoredMap(value, part, options);
}

/** The server prints a quantity anew. */
function canonical(value: unknown): Value {
  const quantity = parseQuantity(value);
  return quantity === undefined ? UNKNOWN : formatQuantity(quantity);
}

class StoredList extends CelList {
  readonly #raw: readonly unknown[];
  readonly #part: Part;
  readonly #options: StoredOptions;
  /** Admission appends an element of its own to some lists of a Pod. */
  readonly #open: boolean;

  constructor(raw: readonly unknown[], part: Part, key: string, options: StoredOptions) {
    super();
    this.#raw = raw;
    this.#part = part;
    this.#options = options;
    this.#open = options.pod && APPENDED.has(key);
  }
  get size(): number {
    return this.#raw.length + (this.#open ? 1 : 0);
  }
  get(index: number): Value {
    return index < this.#raw.length ? bindAt(this.#raw[index], this.#part, '', this.#options) : UNKNOWN;
  }
}

const APPENDED = new Set(['volumes', 'volumeMounts', 'tolerations', 'imagePullSecrets']);

class StoredMap extends CelMap {
  readonly #raw: JsonObject;
  readonly #part: Part;
  readonly #options: StoredOptions;

  constructor(raw: JsonObject, part: Part, options: StoredOptions) {
    super();
    this.#raw = raw;
    this.#part = part;
    this.#options = options;
  }

  get size(): number {
    return Object.keys(this.#raw).length;
  }

  keys(): readonly Value[] {
    return Object.keys(this.#raw);
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const raw = Object.hasOwn(this.#raw, key) ? this.#raw[key] : undefined;
    if (raw === undefined || raw === null) return this.#filled(key);
    // What a Secret is given as text becomes data.
    if (this.#part === 'root' && this.#options.kind === 'Secret' && (key === 'stringData' || isObject(this.#raw['stringData'])))
      if (key === 'stringData' || key === 'data') return UNKNOWN;
    const kept = keeps(key, raw);
    if (kept !== true) return kept === undefined ? UNKNOWN : this.#filled(key);
    return bindAt(raw, this.#partOf(key), key, this.#options);
  }

  #partOf(key: string): Part {
    const part = this.#part;
    const { custom, generated, kind } = this.#options;
    if (key === 'metadata' && (part === 'root' || part === 'template'))
      return part === 'root' && !generated ? 'meta' : 'templateMeta';
    if (part === 'quantities') return part;
    if (custom && part === 'root') return 'plain';
    if (TEXT_MAPS.has(key)) return key === 'labels' && part === 'templateMeta' && generated ? 'generatedLabels' : 'texts';
    if (key === 'spec' && ((part === 'root' && kind === 'Pod') || part === 'template')) return 'podSpec';
    if (key === 'template' && part !== 'meta') return 'template';
    if (part === 'podSpec') {
      if (key === 'containers' || key === 'initContainers' || key === 'ephemeralContainers') return 'container';
      return key === 'securityContext' || key === 'affinity' ? 'closed' : 'any';
    }
    if (part === 'container') return key === 'resources' ? 'resources' : key === 'securityContext' ? 'closed' : 'any';
    if (part === 'resources' && (key === 'limits' || key === 'requests')) return 'quantities';
    if (key === 'resources') return 'resources';
    return part === 'closed' ? 'closed' : 'any';
  }

  /** What stands where nothing is written. */
  #filled(key: string): Value | undefined {
    const { custom, pod, limited, generated, namespace, kind } = this.#options;
    switch (this.#part) {
      case 'closed':
      case 'quantities':
      case 'texts':
        return undefined;
      case 'generatedLabels':
        return CONTROLLER_LABELS.test(key) ? UNKNOWN : undefined;
      case 'meta':
        if (key === 'namespace') return namespace === '' ? undefined : namespace;
        return SYSTEM_FIELDS.has(key) || META_OF_KINDS.has(`${kind}.${key}`) ? UNKNOWN : undefined;
      case 'template':
        return key === 'spec' || key === 'metadata' ? bindAt({}, this.#partOf(key), key, this.#options) : undefined;
      case 'templateMeta':
        if (!generated) return key === 'creationTimestamp' || (key === 'labels' && kind === 'Job') ? UNKNOWN : undefined;
        if (key === 'namespace') return namespace;
        return key === 'labels' || key === 'annotations' || SYSTEM_FIELDS.has(key) ? UNKNOWN : undefined;
      case 'resources':
        if (key !== 'limits' && key !== 'requests') return undefined;
        if (pod && (limited || (key === 'requests' && isObject(this.#raw['limits'])))) return UNKNOWN;
        return undefined;
      case 'podSpec':
        if (pod && OF_ADMISSION.has(key)) return UNKNOWN;
        if (key === 'securityContext') return bindAt({}, 'closed', key, this.#options);
        if (POD_UNKNOWN.has(key)) return UNKNOWN;
        return POD_DEFAULTS[key];
      case 'container':
        if (key === 'resources') return bindAt({}, 'resources', key, this.#options);
        if (key === 'imagePullPolicy' || (pod && key === 'volumeMounts')) return UNKNOWN;
        return CONTAINER_DEFAULTS[key];
      case 'plain':
        return undefined;
      default:
        if (custom && this.#part === 'root') return undefined;
        return FILLED.has(key) ? UNKNOWN : undefined;
    }
  }
}

const TEXT_MAPS = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'stringData',
  'binaryData',
  'parameters',
]);
const SYSTEM_FIELDS = new Set([
  ...['uid', 'creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'name', 'ownerReferences'],
  ...['finalizers', 'generateName'],
]);
/** Metadata that defaults of a kind, its storage or the server add. */
const META_OF_KINDS = new Set([
  ...['Job.labels', 'ReplicationController.labels', 'ReplicaSet.labels', 'Namespace.labels', 'DaemonSet.annotations'],
  ...['PersistentVolumeClaim.finalizers', 'PersistentVolume.finalizers', 'Ingress.annotations', 'Endpoints.labels'],
]);
const CONTROLLER_LABELS =
  /^(?:pod-template-hash|controller-revision-hash|pod-template-generation|job-name|controller-uid|statefulset\.kubernetes\.io\/.*|apps\.kubernetes\.io\/.*|batch\.kubernetes\.io\/.*)$/;
const OF_ADMISSION = new Set([
  ...[
    'serviceAccountName',
    'priority',
    'priorityClassName',
    'preemptionPolicy',
    'overhead',
    'volumes',
    'tolerations',
    'nodeName',
  ],
  ...['imagePullSecrets', 'enableServiceLinks'],
]);
const POD_UNKNOWN = new Set(['serviceAccount', 'enableServiceLinks']);
const POD_DEFAULTS: Readonly<Record<string, Value>> = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30n,
};
const CONTAINER_DEFAULTS: Readonly<Record<string, Value>> = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
/** Fields of other types that defaults, the storage layer or plugins of admission fill in. */
const FILLED = new Set([
  ...[
    'apiGroup',
    'apiVersion',
    'allocateLoadBalancerNodePorts',
    'backoffLimit',
    'behavior',
    'claimRef',
    'clusterIP',
    'clusterIPs',
  ],
  ...[
    'completionMode',
    'completions',
    'concurrencyPolicy',
    'conditions',
    'defaultMode',
    'divisor',
    'egress',
    'expirationSeconds',
  ],
  ...['externalTrafficPolicy', 'failedJobsHistoryLimit', 'failurePolicy', 'failureThreshold', 'finalizers', 'fsType'],
  ...['healthCheckNodePort', 'hostPort', 'ingress', 'ingressClassName', 'internalTrafficPolicy', 'ipFamilies', 'ipFamilyPolicy'],
  ...['manualSelector', 'matchPolicy', 'metadata', 'metrics', 'minReplicas', 'namespaceSelector', 'nodePort', 'objectSelector'],
  ...['parallelism', 'path', 'periodSeconds', 'persistentVolumeClaimRetentionPolicy', 'persistentVolumeReclaimPolicy'],
  ...['podManagementPolicy', 'podReplacementPolicy', 'policyTypes', 'port', 'preemptionPolicy', 'progressDeadlineSeconds'],
  ...['protocol', 'reclaimPolicy', 'replicas', 'resources', 'revisionHistoryLimit', 'rules', 'scheme', 'scope', 'selector'],
  ...[
    'sessionAffinity',
    'sessionAffinityConfig',
    'sideEffects',
    'spec',
    'status',
    'storageClassName',
    'strategy',
    'successThreshold',
  ],
  ...['successfulJobsHistoryLimit', 'suspend', 'targetPort', 'template', 'timeoutSeconds', 'type', 'updateStrategy', 'value'],
  ...['volumeBindingMode', 'volumeMode', 'whenDeleted', 'whenScaled', 'mountPropagation', 'recursiveReadOnly', 'rollingUpdate'],
  ...['maxSurge', 'maxUnavailable', 'partition', 'podSelector', 'attachRequired', 'podInfoOnMount', 'volumeLifecycleModes'],
  ...['immediate', 'storageCapacity', 'requiresRepublish', 'seLinuxMount', 'fsGroupPolicy'],
]);

const PLAIN_BOOLEANS = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly', 'paused', 'publishNotReadyAddresses'],
  ...['unschedulable', 'globalDefault'],
]);
const PLAIN_NUMBERS = new Set(['initialDelaySeconds', 'minReadySeconds', 'hostPort', 'weight', 'nodePort']);
const MAPS = new Set([...TEXT_MAPS, 'limits', 'requests']);

/** Whether the server keeps a field as it is written: empty ones are left out where the type is not a pointer. Undefined if not known. */
function keeps(key: string, value: unknown): boolean | undefined {
  if (value === false) return !PLAIN_BOOLEANS.has(key);
  if (value === 0) return !PLAIN_NUMBERS.has(key);
  if (value === '' || (Array.isArray(value) && value.length === 0)) return undefined;
  return !(MAPS.has(key) && isObject(value) && Object.keys(value).length === 0);
}
