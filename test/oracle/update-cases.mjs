// The changes that updates.mjs asks the oracle about: objects, and what is edited of each. An edit is `path: value` with `/` between the steps; `undefined`
// takes the field out. `old` is edited before the first apply, `new` after it.

const template = (extra = {}, spec = {}) => ({
  metadata: { labels: { app: 'web' }, ...extra },
  spec: { containers: [{ name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }], ...spec },
});
const workload = (kind, spec = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'x' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
});
const claimTemplate = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

/** A signing request of `openssl req` for CN=x. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ1VUQ0NBVGtDQVFBd0RERUtNQWdHQTFVRUF3d0JlRENDQVNJd0RRWUpLb1pJaHZjTkFRRUJCUUFEZ2dFUApBRENDQVFvQ2dnRUJBT0FIZVFrRUZQYm8xWllpYzJFRXN2U0crL0xoeFA2YWRSZmZSSENheDRFOXpKdUtwMFRPCmw4VWlMQjNyYzJReEovR2JWY3lSaVlQaDgzSW9iVm51LzBiWUhDeGxwT1JtbTZmNnY0QkpKbHhIVEZiWXhIMnUKSEY0R1N6aUhMb0J2MTZ5TktsQzVCQXZXMEtBYWNtWU9kc3gwU29kMFFXM2o0eFpMZHlWTTRwMytuNzFhUGFVUAphbmNkbmkxNmtRYzJXa3hqN1pDSW0yV0VEa3lYM3Q5dk40M3dsUTNZNVZhZm9wQTlGMzFZY054RW52MG8vNXQ3CmpUcHRsdWRSSVA5aW5MdXc4cWtBZ0dHRUtTUll5alZNRnhLclNnSTBNYzQ0enlhN2t1QlZ1TlM2TnhYOEw1VUkKUERhYW01bjJnMjNSb3hlbGIzVGJCMi9oNlNtamlDblJzcnNDQXdFQUFhQUFNQTBHQ1NxR1NJYjNEUUVCQ3dVQQpBNElCQVFBTnpzQm5rL1ZJUjhpdDlBZGlpRVBuanVETnVxU0MxN2JYR29aMC9HcjVoUEhGT1YzS3dzTXRNU3RWCmlXbXJtaDhRVFNnMHhLSTFGNUk2cjJnYTltdFpzbUdSb0NHdHRUQzhzc0hNamVyOVdNeE9aLytoQ0JDdUxuV0gKUkRmb1VYVGt2cFJ0bzQ4TDlNZUgyQlhHNVJGQ2pLUmhpTE1pT0Q2d2lYbkpRVDY1ZGNEbmVQZ2dpeERVOEZXSQpCUStvSVJkdGRsOHVZOTAreHlNZ0hCTE13ZitCOSsxR25VY1JqMHZOWGhSTTM5VHZlNG9pTm1hazFmSE9hZXk0ClYyREF5VlNYeUs1cUFIWWo5KzJMUVV5MURsUjJoNHllcjdZd29MRUZ5ZTU1R1pLUHNFVHhMdTBEWW9rMnVuUUsKcFNLelQ3NmhaVDJyc2xFeEVGR2MwakVDT0Z0ZwotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

const WORKERS = { name: 'workers', schedulingPolicy: { gang: { minCount: 4 } }, priorityClassName: 'system-node-critical' };
const MORE = { name: 'more', schedulingPolicy: { basic: {} }, priorityClassName: 'system-node-critical' };

const OBJECTS = {
  Deployment: workload('Deployment'),
  DaemonSet: workload('DaemonSet'),
  ReplicaSet: workload('ReplicaSet', { replicas: 0 }),
  StatefulSet: workload('StatefulSet', { replicas: 0, serviceName: 'x', volumeClaimTemplates: [claimTemplate] }),
  ReplicationController: {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'x' },
    spec: { replicas: 0, selector: { app: 'web' }, template: template() },
  },
  ControllerRevision: { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: 'x' }, revision: 1, data: { a: 1 } },
  Job: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'x' },
    spec: {
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox:1.37', command: ['sleep', '3600'] }] },
      },
    },
  },
  CronJob: {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'x' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox:1.37' }] } } },
      },
    },
  },
  Pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    // Not `web`: a ReplicaSet would adopt it, and then delete it.
    metadata: { name: 'x', labels: { app: 'alone' } },
    spec: {
      containers: [
        { name: 'web', image: 'nginx', env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '100m', memory: '64Mi' } } },
      ],
    },
  },
  Service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, immutable: true, data: { a: '1' } },
  Secret: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, immutable: true, stringData: { a: '1' } },
  PersistentVolumeClaim: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'x' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x-none', resources: { requests: { storage: '2Gi' } } },
  },
  PersistentVolume: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'x' },
    spec: {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'x-manual',
      nfs: { server: 'nfs.example.com', path: '/data' },
    },
  },
  StorageClass: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'x' },
    provisioner: 'csi.example.com',
    parameters: { type: 'ssd' },
  },
  RoleBinding: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'x' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  },
  ClusterRoleBinding: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'x' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  },
  PriorityClass: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'x' }, value: 100 },
  RuntimeClass: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'x' }, handler: 'runc' },
  IngressClass: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'x' },
    spec: { controller: 'example.com/ingress' },
  },
  Ingress: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'x' },
    spec: { ingressClassName: 'a', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'x' },
    spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] },
  },
  CSIDriver: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'x.csi.example.com' },
    spec: { attachRequired: true, volumeLifecycleModes: ['Persistent'] },
  },
  VolumeAttributesClass: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    metadata: { name: 'x' },
    driverName: 'csi.example.com',
    parameters: { iops: '100' },
  },
  VolumeAttachment: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'x' },
    spec: { attacher: 'csi.example.com', nodeName: 'node-1', source: { persistentVolumeName: 'pv' } },
  },
  CSIStorageCapacity: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: { name: 'x' },
    storageClassName: 'a',
    nodeTopology: { matchLabels: { zone: 'a' } },
    capacity: '1Gi',
  },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'x' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'x' },
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  },
  ResourceQuota: {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    // Where nothing is that it would count.
    metadata: { name: 'x', namespace: 'kube-public' },
    spec: { hard: { pods: '100' }, scopes: ['BestEffort'] },
  },
  EndpointSlice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'x' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ port: 80 }],
  },
  ResourceClaim: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'x' },
    spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } },
  },
  ResourceClaimTemplate: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name: 'x' },
    spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } },
  },
  DeviceClass: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name: 'x.example.com' },
    spec: { selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }] },
  },
  ServiceCIDR: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'x' },
    spec: { cidrs: ['10.200.0.0/24'] },
  },
  CustomResourceDefinition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.x.example.com' },
    spec: {
      group: 'x.example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        { name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  },
  ValidatingAdmissionPolicyBinding: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'x' },
    spec: { policyName: 'a', validationActions: ['Audit'] },
  },
  Lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' }, spec: { holderIdentity: 'a' } },
  Namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } },
  ResourceSlice: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: 'x' },
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'node-a',
      pool: { name: 'pool', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  },
  CertificateSigningRequest: {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'x' },
    spec: {
      signerName: 'example.com/signer',
      usages: ['client auth'],
      request: REQUEST,
    },
  },
  DeviceTaintRule: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceTaintRule',
    metadata: { name: 'x' },
    spec: {
      deviceSelector: { driver: 'gpu.example.com' },
      taint: { key: 'example.com/broken', value: 'yes', effect: 'NoSchedule' },
    },
  },
  Workload: {
    apiVersion: 'scheduling.k8s.io/v1beta1',
    kind: 'Workload',
    metadata: { name: 'x' },
    spec: {
      controllerRef: { apiGroup: 'batch', kind: 'Job', name: 'training' },
      podGroupTemplates: [WORKERS],
    },
  },
  PodGroup: {
    apiVersion: 'scheduling.k8s.io/v1beta1',
    kind: 'PodGroup',
    metadata: { name: 'x' },
    spec: {
      workloadRef: { workloadName: 'training', templateName: 'workers' },
      schedulingPolicy: { gang: { minCount: 4 } },
    },
  },
  PodTemplate: { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'x' }, template: template() },
};

const labels = (value) => ({ 'spec/selector/matchLabels/app': value, 'spec/template/metadata/labels/app': value });
const POD = 'spec/template/spec';
const FIRST = 'spec/containers/0';
const crd = 'spec/versions';

/** [kind, what is changed, edits of the old, edits of the new]. */
const CHANGES = [
  ['Deployment', 'nothing', {}, {}],
  ['Deployment', 'selector', {}, labels('api')],
  [
    'Deployment',
    'selector gains a label',
    {},
    { 'spec/selector/matchLabels/tier': 'a', 'spec/template/metadata/labels/tier': 'a' },
  ],
  [
    'Deployment',
    'selector loses a label',
    { 'spec/selector/matchLabels/tier': 'a', 'spec/template/metadata/labels/tier': 'a' },
    { 'spec/selector/matchLabels/tier': undefined },
  ],
  [
    'Deployment',
    'selector as expression',
    {},
    { 'spec/selector': { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } },
  ],
  [
    'Deployment',
    'order of expression values',
    { 'spec/selector/matchExpressions': [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
    { 'spec/selector/matchExpressions': [{ key: 'app', operator: 'In', values: ['api', 'web'] }] },
  ],
  ['Deployment', 'empty expressions', {}, { 'spec/selector/matchExpressions': [] }],
  [
    'Deployment',
    'template, replicas and strategy',
    {},
    { 'spec/replicas': 2, 'spec/strategy': { type: 'Recreate' }, [`${POD}/containers/0/image`]: 'nginx:1.30' },
  ],
  ['DaemonSet', 'selector', {}, labels('api')],
  ['DaemonSet', 'image', {}, { [`${POD}/containers/0/image`]: 'nginx:1.30' }],
  ['ReplicaSet', 'selector', {}, labels('api')],
  ['ReplicaSet', 'image', {}, { [`${POD}/containers/0/image`]: 'nginx:1.30' }],
  ['ReplicationController', 'selector', {}, { 'spec/selector/app': 'api', 'spec/template/metadata/labels/app': 'api' }],
  ['ControllerRevision', 'data', {}, { 'data/a': 2 }],
  ['ControllerRevision', 'revision', {}, { revision: 2 }],

  ['StatefulSet', 'nothing', {}, {}],
  ['StatefulSet', 'selector', {}, labels('api')],
  ['StatefulSet', 'serviceName', {}, { 'spec/serviceName': 'y' }],
  ['StatefulSet', 'serviceName removed', {}, { 'spec/serviceName': undefined }],
  ['StatefulSet', 'podManagementPolicy', {}, { 'spec/podManagementPolicy': 'Parallel' }],
  ['StatefulSet', 'podManagementPolicy as by default', {}, { 'spec/podManagementPolicy': 'OrderedReady' }],
  [
    'StatefulSet',
    'podManagementPolicy removed',
    { 'spec/podManagementPolicy': 'Parallel' },
    { 'spec/podManagementPolicy': undefined },
  ],
  [
    'StatefulSet',
    'default podManagementPolicy removed',
    { 'spec/podManagementPolicy': 'OrderedReady' },
    { 'spec/podManagementPolicy': undefined },
  ],
  ['StatefulSet', 'storage of a claim template', {}, { 'spec/volumeClaimTemplates/0/spec/resources/requests/storage': '2Gi' }],
  ['StatefulSet', 'storage in other words', {}, { 'spec/volumeClaimTemplates/0/spec/resources/requests/storage': '1024Mi' }],
  ['StatefulSet', 'volumeMode as by default', {}, { 'spec/volumeClaimTemplates/0/spec/volumeMode': 'Filesystem' }],
  ['StatefulSet', 'claim template renamed', {}, { 'spec/volumeClaimTemplates/0/metadata/name': 'files' }],
  ['StatefulSet', 'claim template labelled', {}, { 'spec/volumeClaimTemplates/0/metadata/labels': { a: 'b' } }],
  [
    'StatefulSet',
    'claim template gets its kind',
    {},
    { 'spec/volumeClaimTemplates/0/apiVersion': 'v1', 'spec/volumeClaimTemplates/0/kind': 'PersistentVolumeClaim' },
  ],
  ['StatefulSet', 'storageClassName', {}, { 'spec/volumeClaimTemplates/0/spec/storageClassName': 'fast' }],
  [
    'StatefulSet',
    'claim template added',
    {},
    { 'spec/volumeClaimTemplates/1': { ...claimTemplate, metadata: { name: 'more' } } },
  ],
  ['StatefulSet', 'claim templates removed', {}, { 'spec/volumeClaimTemplates': undefined }],
  ['StatefulSet', 'two of them', {}, { 'spec/serviceName': 'y', 'spec/podManagementPolicy': 'Parallel' }],
  [
    'StatefulSet',
    'all that may change',
    {},
    {
      'spec/replicas': 1,
      'spec/minReadySeconds': 3,
      'spec/revisionHistoryLimit': 3,
      'spec/ordinals': { start: 1 },
      'spec/updateStrategy': { rollingUpdate: { partition: 1 } },
      'spec/persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Delete', whenScaled: 'Delete' },
      [`${POD}/containers/0/image`]: 'nginx:1.30',
    },
  ],

  ['Job', 'nothing', {}, {}],
  ['Job', 'image', {}, { [`${POD}/containers/0/image`]: 'busybox:1.36' }],
  ['Job', 'command', {}, { [`${POD}/containers/0/command`]: ['sleep', '10'] }],
  ['Job', 'env added', {}, { [`${POD}/containers/0/env`]: [{ name: 'A', value: '1' }] }],
  ['Job', 'container added', {}, { [`${POD}/containers/1`]: { name: 'more', image: 'busybox:1.37' } }],
  ['Job', 'containers renamed', {}, { [`${POD}/containers/0/name`]: 'other' }],
  ['Job', 'label of the template', {}, { 'spec/template/metadata': { labels: { a: 'b' } } }],
  ['Job', 'annotation of the template', {}, { 'spec/template/metadata': { annotations: { a: 'b' } } }],
  ['Job', 'restartPolicy', {}, { [`${POD}/restartPolicy`]: 'OnFailure' }],
  [
    'Job',
    'defaults written out',
    {},
    {
      [`${POD}/dnsPolicy`]: 'ClusterFirst',
      [`${POD}/schedulerName`]: 'default-scheduler',
      [`${POD}/terminationGracePeriodSeconds`]: 30,
      [`${POD}/securityContext`]: {},
      [`${POD}/containers/0/imagePullPolicy`]: 'IfNotPresent',
      [`${POD}/containers/0/terminationMessagePath`]: '/dev/termination-log',
      [`${POD}/containers/0/resources`]: {},
    },
  ],
  [
    'Job',
    'zero values written out',
    {},
    {
      [`${POD}/hostNetwork`]: false,
      [`${POD}/hostPID`]: false,
      [`${POD}/nodeSelector`]: {},
      [`${POD}/tolerations`]: [],
      [`${POD}/priorityClassName`]: '',
      [`${POD}/containers/0/tty`]: false,
      [`${POD}/containers/0/workingDir`]: '',
    },
  ],
  ['Job', 'automountServiceAccountToken', {}, { [`${POD}/automountServiceAccountToken`]: false }],
  ['Job', 'enableServiceLinks', {}, { [`${POD}/enableServiceLinks`]: true }],
  ['Job', 'imagePullPolicy', {}, { [`${POD}/containers/0/imagePullPolicy`]: 'Always' }],
  [
    'Job',
    'field removed',
    { [`${POD}/terminationGracePeriodSeconds`]: 5 },
    { [`${POD}/terminationGracePeriodSeconds`]: undefined },
  ],
  [
    'Job',
    'default removed',
    { [`${POD}/terminationGracePeriodSeconds`]: 30 },
    { [`${POD}/terminationGracePeriodSeconds`]: undefined },
  ],
  [
    'Job',
    'memory in other words',
    { [`${POD}/containers/0/resources`]: { limits: { memory: '1Gi', cpu: '1' } } },
    { [`${POD}/containers/0/resources`]: { limits: { memory: '1024Mi', cpu: '1000m' } } },
  ],
  ['Job', 'resources', {}, { [`${POD}/containers/0/resources`]: { requests: { cpu: '10m' } } }],
  [
    'Job',
    'serviceAccount by its other name',
    { [`${POD}/serviceAccountName`]: 'default' },
    { [`${POD}/serviceAccountName`]: undefined, [`${POD}/serviceAccount`]: 'default' },
  ],
  ['Job', 'serviceAccountName', {}, { [`${POD}/serviceAccountName`]: 'default' }],
  [
    'Job',
    'volume in other words',
    { [`${POD}/volumes`]: [{ name: 'a', configMap: { name: 'a' } }] },
    { [`${POD}/volumes`]: [{ name: 'a', configMap: { name: 'a', defaultMode: 420 } }] },
  ],
  [
    'Job',
    'order of env',
    {
      [`${POD}/containers/0/env`]: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    {
      [`${POD}/containers/0/env`]: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
    },
  ],
  [
    'Job',
    'order of containers',
    { [`${POD}/containers/1`]: { name: 'more', image: 'busybox:1.37' } },
    {
      [`${POD}/containers`]: [
        { name: 'more', image: 'busybox:1.37' },
        { name: 'job', image: 'busybox:1.37', command: ['sleep', '3600'] },
      ],
    },
  ],
  [
    'Job',
    'order of volumes',
    {
      [`${POD}/volumes`]: [
        { name: 'a', emptyDir: {} },
        { name: 'b', emptyDir: {} },
      ],
    },
    {
      [`${POD}/volumes`]: [
        { name: 'b', emptyDir: {} },
        { name: 'a', emptyDir: {} },
      ],
    },
  ],
  [
    'Job',
    'order of tolerations',
    {
      [`${POD}/tolerations`]: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'Exists' },
      ],
    },
    {
      [`${POD}/tolerations`]: [
        { key: 'b', operator: 'Exists' },
        { key: 'a', operator: 'Exists' },
      ],
    },
  ],
  [
    'Job',
    'volume with another source',
    { [`${POD}/volumes`]: [{ name: 'a', emptyDir: {} }] },
    { [`${POD}/volumes`]: [{ name: 'a', configMap: { name: 'a' } }] },
  ],
  [
    'Job',
    'probe port as default path',
    { [`${POD}/containers/0/livenessProbe`]: { httpGet: { port: 80 } } },
    {
      [`${POD}/containers/0/livenessProbe`]: {
        httpGet: { port: 80, path: '/', scheme: 'HTTP' },
        periodSeconds: 10,
        timeoutSeconds: 1,
      },
    },
  ],
  [
    'Job',
    'env from a field',
    { [`${POD}/containers/0/env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    { [`${POD}/containers/0/env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } }] },
  ],
  [
    'Job',
    'port with its protocol',
    { [`${POD}/containers/0/ports`]: [{ containerPort: 80 }] },
    { [`${POD}/containers/0/ports`]: [{ containerPort: 80, protocol: 'TCP' }] },
  ],
  [
    'Job',
    'parallelism and limits',
    {},
    { 'spec/parallelism': 2, 'spec/backoffLimit': 1, 'spec/activeDeadlineSeconds': 100, 'spec/ttlSecondsAfterFinished': 100 },
  ],
  ['Job', 'completions', { 'spec/completions': 2 }, { 'spec/completions': 3 }],
  ['Job', 'completions added', {}, { 'spec/completions': 3 }],
  ['Job', 'completions as by default', {}, { 'spec/completions': 1 }],
  ['Job', 'completions beside parallelism only', { 'spec/parallelism': 2 }, { 'spec/completions': 2 }],
  ['Job', 'completions removed', { 'spec/completions': 2 }, { 'spec/completions': undefined }],
  [
    'Job',
    'indexed completions in tandem',
    { 'spec/completionMode': 'Indexed', 'spec/completions': 2, 'spec/parallelism': 2 },
    { 'spec/completions': 3, 'spec/parallelism': 3 },
  ],
  [
    'Job',
    'indexed completions alone',
    { 'spec/completionMode': 'Indexed', 'spec/completions': 2, 'spec/parallelism': 2 },
    { 'spec/completions': 3 },
  ],
  ['Job', 'completionMode', { 'spec/completions': 2 }, { 'spec/completionMode': 'Indexed' }],
  ['Job', 'completionMode as by default', {}, { 'spec/completionMode': 'NonIndexed' }],
  [
    'Job',
    'podFailurePolicy',
    { 'spec/podFailurePolicy': { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } },
    { 'spec/podFailurePolicy': { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] } },
  ],
  [
    'Job',
    'podFailurePolicy added',
    { 'spec/podReplacementPolicy': 'Failed' },
    { 'spec/podFailurePolicy': { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } },
  ],
  [
    'Job',
    'backoffLimitPerIndex',
    { 'spec/completionMode': 'Indexed', 'spec/completions': 2, 'spec/backoffLimitPerIndex': 1 },
    { 'spec/backoffLimitPerIndex': 2 },
  ],
  [
    'Job',
    'successPolicy',
    { 'spec/completionMode': 'Indexed', 'spec/completions': 2, 'spec/successPolicy': { rules: [{ succeededCount: 1 }] } },
    { 'spec/successPolicy': { rules: [{ succeededCount: 2 }] } },
  ],
  ['Job', 'managedBy', {}, { 'spec/managedBy': 'example.com/other' }],
  ['Job', 'podReplacementPolicy', {}, { 'spec/podReplacementPolicy': 'Failed' }],
  ['Job', 'suspended: nodeSelector', { 'spec/suspend': true }, { [`${POD}/nodeSelector`]: { disk: 'ssd' } }],
  ['Job', 'suspended: label of the template', { 'spec/suspend': true }, { 'spec/template/metadata': { labels: { a: 'b' } } }],
  [
    'Job',
    'suspended: node affinity',
    { 'spec/suspend': true },
    {
      [`${POD}/affinity`]: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
          },
        },
      },
    },
  ],
  ['Job', 'suspended: resources', { 'spec/suspend': true }, { [`${POD}/containers/0/resources`]: { requests: { cpu: '10m' } } }],
  ['Job', 'suspended: image', { 'spec/suspend': true }, { [`${POD}/containers/0/image`]: 'busybox:1.36' }],
  [
    'Job',
    'resumed with another image',
    { 'spec/suspend': true },
    { 'spec/suspend': false, [`${POD}/containers/0/image`]: 'busybox:1.36' },
  ],
  ['Job', 'suspended now, nodeSelector', {}, { 'spec/suspend': true, [`${POD}/nodeSelector`]: { disk: 'ssd' } }],
  [
    'CronJob',
    'anything',
    {},
    { 'spec/schedule': '0 4 * * *', 'spec/jobTemplate/spec/template/spec/containers/0/image': 'busybox:1.36' },
  ],

  ['Pod', 'nothing', {}, {}],
  ['Pod', 'image', {}, { [`${FIRST}/image`]: 'nginx:1.29' }],
  ['Pod', 'label and annotation', {}, { 'metadata/labels/tier': 'a', 'metadata/annotations': { a: 'b' } }],
  ['Pod', 'env', {}, { [`${FIRST}/env/0/value`]: '2' }],
  ['Pod', 'env removed', {}, { [`${FIRST}/env`]: undefined }],
  ['Pod', 'command', {}, { [`${FIRST}/command`]: ['sleep', '1'] }],
  ['Pod', 'container added', {}, { 'spec/containers/1': { name: 'more', image: 'nginx' } }],
  ['Pod', 'container renamed', {}, { [`${FIRST}/name`]: 'other' }],
  ['Pod', 'init container added', {}, { 'spec/initContainers': [{ name: 'init', image: 'busybox' }] }],
  ['Pod', 'limits', {}, { [`${FIRST}/resources/limits/cpu`]: '200m' }],
  ['Pod', 'requests as by default', {}, { [`${FIRST}/resources/requests`]: { cpu: '100m', memory: '64Mi' } }],
  ['Pod', 'imagePullPolicy as by default', {}, { [`${FIRST}/imagePullPolicy`]: 'Always' }],
  ['Pod', 'imagePullPolicy', {}, { [`${FIRST}/imagePullPolicy`]: 'Never' }],
  ['Pod', 'restartPolicy', {}, { 'spec/restartPolicy': 'Never' }],
  ['Pod', 'serviceAccountName as by default', {}, { 'spec/serviceAccountName': 'default' }],
  ['Pod', 'enableServiceLinks as by default', {}, { 'spec/enableServiceLinks': true }],
  ['Pod', 'enableServiceLinks', {}, { 'spec/enableServiceLinks': false }],
  ['Pod', 'preemptionPolicy as by default', {}, { 'spec/preemptionPolicy': 'PreemptLowerPriority' }],
  ['Pod', 'toleration added', {}, { 'spec/tolerations': [{ key: 'a', operator: 'Exists' }] }],
  ['Pod', 'toleration removed', { 'spec/tolerations': [{ key: 'a', operator: 'Exists' }] }, { 'spec/tolerations': undefined }],
  [
    'Pod',
    'tolerationSeconds',
    { 'spec/tolerations': [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }] },
    { 'spec/tolerations/0/tolerationSeconds': 20 },
  ],
  ['Pod', 'activeDeadlineSeconds set', {}, { 'spec/activeDeadlineSeconds': 100 }],
  ['Pod', 'activeDeadlineSeconds less', { 'spec/activeDeadlineSeconds': 1000 }, { 'spec/activeDeadlineSeconds': 900 }],
  ['Pod', 'activeDeadlineSeconds more', { 'spec/activeDeadlineSeconds': 1000 }, { 'spec/activeDeadlineSeconds': 2000 }],
  ['Pod', 'activeDeadlineSeconds removed', { 'spec/activeDeadlineSeconds': 1000 }, { 'spec/activeDeadlineSeconds': undefined }],
  ['Pod', 'terminationGracePeriodSeconds', {}, { 'spec/terminationGracePeriodSeconds': 60 }],
  [
    'Pod',
    'scheduling gate removed',
    { 'spec/schedulingGates': [{ name: 'a.example.com/x' }] },
    { 'spec/schedulingGates': undefined },
  ],
  [
    'Pod',
    'scheduling gate added',
    { 'spec/schedulingGates': [{ name: 'a.example.com/x' }] },
    { 'spec/schedulingGates/1': { name: 'b.example.com/x' } },
  ],
  [
    'Pod',
    'gated: nodeSelector added',
    { 'spec/schedulingGates': [{ name: 'a.example.com/x' }] },
    { 'spec/nodeSelector': { a: 'b' } },
  ],
  [
    'Pod',
    'gated: nodeSelector changed',
    { 'spec/schedulingGates': [{ name: 'a.example.com/x' }], 'spec/nodeSelector': { a: 'b' } },
    { 'spec/nodeSelector': { a: 'c' } },
  ],
  ['Pod', 'nodeSelector', {}, { 'spec/nodeSelector': { a: 'b' } }],
  [
    'Pod',
    'volume added',
    {},
    { 'spec/volumes': [{ name: 'v', emptyDir: {} }], [`${FIRST}/volumeMounts`]: [{ name: 'v', mountPath: '/v' }] },
  ],
  ['Pod', 'hostname', {}, { 'spec/hostname': 'a' }],
  ['PodTemplate', 'image', {}, { 'template/spec/containers/0/image': 'nginx:1.30' }],

  ['Service', 'nothing', {}, {}],
  ['Service', 'clusterIP becomes None', {}, { 'spec/clusterIP': 'None' }],
  ['Service', 'clusterIP None becomes unset', { 'spec/clusterIP': 'None' }, { 'spec/clusterIP': undefined }],
  ['Service', 'clusterIP None becomes an address', { 'spec/clusterIP': 'None' }, { 'spec/clusterIP': '10.96.0.77' }],
  ['Service', 'clusterIP set', {}, { 'spec/clusterIP': '10.96.0.78' }],
  ['Service', 'clusterIP changed', { 'spec/clusterIP': '10.96.0.79' }, { 'spec/clusterIP': '10.96.0.80' }],
  ['Service', 'clusterIP removed', { 'spec/clusterIP': '10.96.0.81' }, { 'spec/clusterIP': undefined }],
  [
    'Service',
    'clusterIPs changed',
    { 'spec/clusterIP': '10.96.0.82', 'spec/clusterIPs': ['10.96.0.82'] },
    { 'spec/clusterIP': '10.96.0.83', 'spec/clusterIPs': ['10.96.0.83'] },
  ],
  ['Service', 'type NodePort', {}, { 'spec/type': 'NodePort' }],
  ['Service', 'type LoadBalancer', {}, { 'spec/type': 'LoadBalancer' }],
  ['Service', 'type ExternalName', {}, { 'spec/type': 'ExternalName', 'spec/externalName': 'example.com' }],
  [
    'Service',
    'type ExternalName, clusterIP in both',
    { 'spec/clusterIP': '10.96.0.85' },
    { 'spec/type': 'ExternalName', 'spec/externalName': 'example.com' },
  ],
  [
    'Service',
    'type from ExternalName',
    { 'spec/type': 'ExternalName', 'spec/externalName': 'example.com' },
    { 'spec/type': undefined, 'spec/externalName': undefined },
  ],
  [
    'Service',
    'type from LoadBalancer',
    { 'spec/type': 'LoadBalancer', 'spec/externalTrafficPolicy': 'Local' },
    { 'spec/type': 'ClusterIP', 'spec/externalTrafficPolicy': undefined },
  ],
  [
    'Service',
    'type from LoadBalancer to headless',
    { 'spec/type': 'LoadBalancer' },
    { 'spec/type': 'ClusterIP', 'spec/clusterIP': 'None' },
  ],
  [
    'Service',
    'type from NodePort with its port',
    { 'spec/type': 'NodePort', 'spec/ports/0/nodePort': 30123 },
    { 'spec/type': 'ClusterIP', 'spec/ports/0/nodePort': undefined },
  ],
  ['Service', 'nodePort', { 'spec/type': 'NodePort', 'spec/ports/0/nodePort': 30124 }, { 'spec/ports/0/nodePort': 30125 }],
  [
    'Service',
    'ports, selector, affinity',
    {},
    { 'spec/ports/0/port': 81, 'spec/selector/app': 'api', 'spec/sessionAffinity': 'ClientIP' },
  ],
  ['Service', 'ipFamilies', { 'spec/ipFamilies': ['IPv4'] }, { 'spec/ipFamilies': ['IPv6'] }],
  ['Service', 'loadBalancerClass set', { 'spec/type': 'LoadBalancer' }, { 'spec/loadBalancerClass': 'example.com/lb' }],
  [
    'Service',
    'loadBalancerClass changed',
    { 'spec/type': 'LoadBalancer', 'spec/loadBalancerClass': 'example.com/lb' },
    { 'spec/loadBalancerClass': 'example.com/other' },
  ],
  [
    'Service',
    'loadBalancerClass removed',
    { 'spec/type': 'LoadBalancer', 'spec/loadBalancerClass': 'example.com/lb' },
    { 'spec/loadBalancerClass': undefined },
  ],
  ['Service', 'loadBalancerClass with the type', {}, { 'spec/type': 'LoadBalancer', 'spec/loadBalancerClass': 'example.com/lb' }],
  [
    'Service',
    'healthCheckNodePort changed',
    { 'spec/type': 'LoadBalancer', 'spec/externalTrafficPolicy': 'Local', 'spec/healthCheckNodePort': 31001 },
    { 'spec/healthCheckNodePort': 31002 },
  ],
  [
    'Service',
    'healthCheckNodePort removed',
    { 'spec/type': 'LoadBalancer', 'spec/externalTrafficPolicy': 'Local', 'spec/healthCheckNodePort': 31003 },
    { 'spec/healthCheckNodePort': undefined },
  ],

  ['ConfigMap', 'data', {}, { 'data/a': '2' }],
  ['ConfigMap', 'key added', {}, { 'data/b': '2' }],
  ['ConfigMap', 'no longer immutable', {}, { immutable: undefined }],
  ['ConfigMap', 'data and no longer immutable', {}, { immutable: false, 'data/a': '2' }],
  ['ConfigMap', 'binaryData', {}, { binaryData: { c: 'AAAA' } }],
  ['ConfigMap', 'labels', {}, { 'metadata/labels': { a: 'b' } }],
  ['ConfigMap', 'mutable before', { immutable: undefined }, { immutable: true, 'data/a': '2' }],
  ['Secret', 'data', {}, { 'stringData/a': '2' }],
  ['Secret', 'the same as data', {}, { stringData: undefined, data: { a: 'MQ==' } }],
  ['Secret', 'key removed from stringData', { 'stringData/b': '2' }, { 'stringData/b': undefined }],
  ['Secret', 'key removed from data', { stringData: undefined, data: { a: 'MQ==', b: 'Mg==' } }, { 'data/b': undefined }],
  ['Secret', 'type', { immutable: undefined }, { type: 'example.com/x' }],
  ['Secret', 'type as by default', { immutable: undefined }, { type: 'Opaque' }],
  ['Secret', 'type removed', { immutable: undefined, type: 'example.com/x' }, { type: undefined }],
  ['Secret', 'mutable data', { immutable: undefined }, { 'stringData/a': '2' }],
  ['Secret', 'no longer immutable', {}, { immutable: undefined }],

  ['PersistentVolumeClaim', 'nothing', {}, {}],
  ['PersistentVolumeClaim', 'pending: more storage', {}, { 'spec/resources/requests/storage': '3Gi' }],
  ['PersistentVolumeClaim', 'pending: less storage', {}, { 'spec/resources/requests/storage': '1Gi' }],
  ['PersistentVolumeClaim', 'storage in other words', {}, { 'spec/resources/requests/storage': '2048Mi' }],
  ['PersistentVolumeClaim', 'accessModes', {}, { 'spec/accessModes': ['ReadWriteMany'] }],
  ['PersistentVolumeClaim', 'storageClassName', {}, { 'spec/storageClassName': 'other' }],
  ['PersistentVolumeClaim', 'storageClassName removed', {}, { 'spec/storageClassName': undefined }],
  [
    'PersistentVolumeClaim',
    'storageClassName added',
    { 'spec/storageClassName': undefined },
    { 'spec/storageClassName': 'x-none' },
  ],
  ['PersistentVolumeClaim', 'volumeMode', {}, { 'spec/volumeMode': 'Block' }],
  ['PersistentVolumeClaim', 'volumeMode as by default', {}, { 'spec/volumeMode': 'Filesystem' }],
  ['PersistentVolumeClaim', 'selector', {}, { 'spec/selector': { matchLabels: { a: 'b' } } }],
  ['PersistentVolumeClaim', 'volumeName set', {}, { 'spec/volumeName': 'pv' }],
  ['PersistentVolumeClaim', 'volumeName removed', { 'spec/volumeName': 'pv' }, { 'spec/volumeName': undefined }],
  ['PersistentVolumeClaim', 'labels', {}, { 'metadata/labels': { a: 'b' } }],
  ['PersistentVolumeClaim', 'bound: more storage', { bound: true }, { 'spec/resources/requests/storage': '3Gi' }],
  ['PersistentVolumeClaim', 'bound: less storage', { bound: true }, { 'spec/resources/requests/storage': '1Gi' }],
  ['PersistentVolumeClaim', 'bound: accessModes', { bound: true }, { 'spec/accessModes': ['ReadWriteMany'] }],
  ['PersistentVolumeClaim', 'bound: volumeName as it is', { bound: true }, { 'spec/volumeName': 'x-bound-PVC' }],
  ['PersistentVolume', 'path', {}, { 'spec/nfs/path': '/other' }],
  ['PersistentVolume', 'source', {}, { 'spec/nfs': undefined, 'spec/hostPath': { path: '/data' } }],
  ['PersistentVolume', 'source as by default', {}, { 'spec/nfs/readOnly': false }],
  [
    'PersistentVolume',
    'capacity, modes, policy, class',
    {},
    {
      'spec/capacity/storage': '6Gi',
      'spec/accessModes': ['ReadWriteMany'],
      'spec/persistentVolumeReclaimPolicy': 'Delete',
      'spec/storageClassName': 'other',
    },
  ],
  ['PersistentVolume', 'volumeMode', {}, { 'spec/volumeMode': 'Block' }],
  [
    'PersistentVolume',
    'nodeAffinity added',
    {},
    {
      'spec/nodeAffinity': {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] },
      },
    },
  ],
  [
    'PersistentVolume',
    'nodeAffinity changed',
    {
      'spec/nodeAffinity': {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] },
      },
    },
    { 'spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/values': ['c'] },
  ],
  [
    'PersistentVolume',
    'hostPath type as by default',
    { 'spec/nfs': undefined, 'spec/hostPath': { path: '/data' } },
    { 'spec/hostPath/type': '' },
  ],
  ['StorageClass', 'nothing', {}, {}],
  ['StorageClass', 'parameters', {}, { 'parameters/type': 'hdd' }],
  ['StorageClass', 'parameters removed', {}, { parameters: undefined }],
  ['StorageClass', 'provisioner', {}, { provisioner: 'other.example.com' }],
  ['StorageClass', 'reclaimPolicy', {}, { reclaimPolicy: 'Retain' }],
  ['StorageClass', 'reclaimPolicy as by default', {}, { reclaimPolicy: 'Delete' }],
  ['StorageClass', 'volumeBindingMode', {}, { volumeBindingMode: 'WaitForFirstConsumer' }],
  ['StorageClass', 'volumeBindingMode as by default', {}, { volumeBindingMode: 'Immediate' }],
  ['StorageClass', 'allowVolumeExpansion and mountOptions', {}, { allowVolumeExpansion: true, mountOptions: ['noatime'] }],
  ['VolumeAttributesClass', 'parameters', {}, { 'parameters/iops': '200' }],
  ['VolumeAttributesClass', 'driverName', {}, { driverName: 'other.example.com' }],
  ['VolumeAttachment', 'nodeName', {}, { 'spec/nodeName': 'node-2' }],
  ['CSIDriver', 'attachRequired', {}, { 'spec/attachRequired': false }],
  ['CSIDriver', 'attachRequired as by default', { 'spec/attachRequired': undefined }, { 'spec/attachRequired': true }],
  ['CSIDriver', 'volumeLifecycleModes', {}, { 'spec/volumeLifecycleModes': ['Persistent', 'Ephemeral'] }],
  ['CSIDriver', 'podInfoOnMount and fsGroupPolicy', {}, { 'spec/podInfoOnMount': true, 'spec/fsGroupPolicy': 'File' }],
  ['CSIStorageCapacity', 'storageClassName', {}, { storageClassName: 'b' }],
  ['CSIStorageCapacity', 'nodeTopology', {}, { 'nodeTopology/matchLabels/zone': 'b' }],
  ['CSIStorageCapacity', 'capacity', {}, { capacity: '2Gi' }],

  ['RoleBinding', 'roleRef', {}, { 'roleRef/name': 'writer' }],
  ['RoleBinding', 'roleRef by kind', {}, { 'roleRef/kind': 'ClusterRole' }],
  ['RoleBinding', 'subjects', {}, { 'subjects/0/name': 'other' }],
  [
    'RoleBinding',
    'roleRef without its group',
    { 'roleRef/apiGroup': undefined },
    { 'roleRef/apiGroup': 'rbac.authorization.k8s.io' },
  ],
  ['ClusterRoleBinding', 'roleRef', {}, { 'roleRef/name': 'edit' }],
  ['ClusterRoleBinding', 'subjects', {}, { 'subjects/0/name': 'other' }],
  ['PriorityClass', 'value', {}, { value: 200 }],
  ['PriorityClass', 'preemptionPolicy', {}, { preemptionPolicy: 'Never' }],
  ['PriorityClass', 'preemptionPolicy as by default', {}, { preemptionPolicy: 'PreemptLowerPriority' }],
  ['PriorityClass', 'description', {}, { description: 'a' }],
  ['RuntimeClass', 'handler', {}, { handler: 'gvisor' }],
  ['RuntimeClass', 'overhead', {}, { overhead: { podFixed: { cpu: '10m' } } }],
  ['IngressClass', 'controller', {}, { 'spec/controller': 'example.com/other' }],
  ['Ingress', 'anything', {}, { 'spec/ingressClassName': 'b', 'spec/defaultBackend/service/name': 'api' }],
  ['NetworkPolicy', 'anything', {}, { 'spec/podSelector/matchLabels/app': 'api', 'spec/policyTypes': ['Egress'] }],
  [
    'PodDisruptionBudget',
    'selector and number',
    {},
    { 'spec/selector/matchLabels/app': 'api', 'spec/minAvailable': undefined, 'spec/maxUnavailable': 1 },
  ],
  ['HorizontalPodAutoscaler', 'target', {}, { 'spec/scaleTargetRef/name': 'api' }],
  ['ResourceQuota', 'scopes', {}, { 'spec/scopes': ['NotBestEffort'] }],
  ['ResourceQuota', 'scopes added', { 'spec/scopes': undefined }, { 'spec/scopes': ['BestEffort'] }],
  ['ResourceQuota', 'hard', {}, { 'spec/hard/pods': '200' }],
  ['EndpointSlice', 'addressType', {}, { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] }],
  ['EndpointSlice', 'endpoints', {}, { endpoints: [{ addresses: ['10.1.2.4'] }] }],
  ['ResourceClaim', 'spec', {}, { 'spec/devices/requests/0/exactly/deviceClassName': 'other.example.com' }],
  [
    'ResourceClaim',
    'defaults written out',
    {},
    { 'spec/devices/requests/0/exactly/allocationMode': 'ExactCount', 'spec/devices/requests/0/exactly/count': 1 },
  ],
  ['ResourceClaimTemplate', 'spec', {}, { 'spec/spec/devices/requests/0/exactly/deviceClassName': 'other.example.com' }],
  [
    'ResourceClaimTemplate',
    'defaults written out',
    {},
    { 'spec/spec/devices/requests/0/exactly/allocationMode': 'ExactCount', 'spec/spec/devices/requests/0/exactly/count': 1 },
  ],
  ['DeviceClass', 'selectors', {}, { 'spec/selectors/0/cel/expression': 'device.driver == "other.example.com"' }],
  ['ServiceCIDR', 'cidrs', {}, { 'spec/cidrs': ['10.201.0.0/24'] }],
  ['CustomResourceDefinition', 'scope', {}, { 'spec/scope': 'Cluster' }],
  ['CustomResourceDefinition', 'kind', {}, { 'spec/names/kind': 'Item' }],
  ['CustomResourceDefinition', 'short names', {}, { 'spec/names/shortNames': ['th'] }],
  [
    'CustomResourceDefinition',
    'stored version removed',
    {},
    { [crd]: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] },
  ],
  [
    'CustomResourceDefinition',
    'stored version no longer served',
    {},
    { [`${crd}/0/served`]: false, [`${crd}/0/storage`]: false, [`${crd}/1/storage`]: true },
  ],
  ['CustomResourceDefinition', 'version that was not stored removed', {}, { [`${crd}/1`]: undefined }],
  [
    'CustomResourceDefinition',
    'schema',
    {},
    { [`${crd}/0/schema/openAPIV3Schema`]: { type: 'object', properties: { spec: { type: 'object' } } } },
  ],
  ['ValidatingAdmissionPolicyBinding', 'policyName', {}, { 'spec/policyName': 'b' }],
  ['Lease', 'holder', {}, { 'spec/holderIdentity': 'b' }],
  ['Namespace', 'labels', {}, { 'metadata/labels': { a: 'b' } }],
  ['ResourceSlice', 'nothing', {}, {}],
  ['ResourceSlice', 'driver', {}, { 'spec/driver': 'other.example.com' }],
  ['ResourceSlice', 'pool name', {}, { 'spec/pool/name': 'other' }],
  [
    'ResourceSlice',
    'generation and devices',
    {},
    { 'spec/pool/generation': 2, 'spec/devices': [{ name: 'gpu-0' }, { name: 'gpu-1' }] },
  ],
  ['ResourceSlice', 'nodeName', {}, { 'spec/nodeName': 'node-b' }],
  ['ResourceSlice', 'nodeName to allNodes', {}, { 'spec/nodeName': undefined, 'spec/allNodes': true }],
  [
    'ResourceSlice',
    'allNodes to nodeName',
    { 'spec/nodeName': undefined, 'spec/allNodes': true },
    { 'spec/nodeName': 'node-a', 'spec/allNodes': undefined },
  ],
  [
    'ResourceSlice',
    'all at once',
    {},
    { 'spec/driver': 'other.example.com', 'spec/pool/name': 'other', 'spec/nodeName': 'node-b' },
  ],
  ['DeviceTaintRule', 'nothing', {}, {}],
  ['DeviceTaintRule', 'driver', {}, { 'spec/deviceSelector/driver': 'other.example.com' }],
  ['DeviceTaintRule', 'taint', {}, { 'spec/taint/effect': 'NoExecute' }],
  ['CertificateSigningRequest', 'signerName', {}, { 'spec/signerName': 'example.com/other' }],
  ['CertificateSigningRequest', 'usages', {}, { 'spec/usages': ['server auth'] }],
  ['CertificateSigningRequest', 'labels', {}, { 'metadata/labels': { a: 'b' } }],
  ['Workload', 'nothing', {}, {}],
  ['Workload', 'controllerRef', {}, { 'spec/controllerRef/name': 'other' }],
  [
    'Workload',
    'controllerRef set',
    { 'spec/controllerRef': undefined },
    { 'spec/controllerRef': { apiGroup: 'batch', kind: 'Job', name: 'other' } },
  ],
  ['Workload', 'controllerRef unset', {}, { 'spec/controllerRef': undefined }],
  ['Workload', 'minCount', {}, { 'spec/podGroupTemplates/0/schedulingPolicy/gang/minCount': 2 }],
  ['Workload', 'gang to basic', {}, { 'spec/podGroupTemplates/0/schedulingPolicy': { basic: {} } }],
  ['Workload', 'priorityClassName', {}, { 'spec/podGroupTemplates/0/priorityClassName': 'system-cluster-critical' }],
  [
    'Workload',
    'template added',
    {},
    { 'spec/podGroupTemplates/1': { name: 'more', schedulingPolicy: { basic: {} }, priorityClassName: 'system-node-critical' } },
  ],
  ['Workload', 'order of templates', { 'spec/podGroupTemplates/1': MORE }, { 'spec/podGroupTemplates': [MORE, WORKERS] }],
  [
    'Workload',
    'basic to gang',
    { 'spec/podGroupTemplates/0/schedulingPolicy': { basic: {} } },
    { 'spec/podGroupTemplates/0/schedulingPolicy': { gang: { minCount: 4 } } },
  ],
  ['Workload', 'template renamed', {}, { 'spec/podGroupTemplates/0/name': 'other' }],
  ['PodGroup', 'nothing', {}, {}],
  ['PodGroup', 'workloadRef', {}, { 'spec/workloadRef/workloadName': 'other' }],
  ['PodGroup', 'templateName', {}, { 'spec/workloadRef/templateName': 'other' }],
  ['PodGroup', 'minCount', {}, { 'spec/schedulingPolicy/gang/minCount': 2 }],
  ['PodGroup', 'gang to basic', {}, { 'spec/schedulingPolicy': { basic: {} } }],
  ['PodGroup', 'priorityClassName', {}, { 'spec/priorityClassName': 'system-node-critical' }],
];

/** The cases: `{ name, old, new, bound }`. Names of objects differ from case to case, so that none meets another's. */
export function updateCases() {
  return CHANGES.map(([kind, what, before, after], index) => {
    const { bound = false, ...edits } = before;
    const base = OBJECTS[kind];
    const name = base.metadata.name.replace(/^x(?=$|\.)/, `x${index}`);
    const renamed = edited(base, {
      'metadata/name': name,
      ...(kind === 'CustomResourceDefinition' ? renamedDefinition(index) : {}),
    });
    const old = edited(renamed, edits);
    const next = edited(old, after);
    return JSON.parse(
      JSON.stringify({ name: `${kind}: ${what}`, bound, old, new: next }).replaceAll('x-bound-PVC', `x-bound-${index}`),
    );
  });
}

function renamedDefinition(index) {
  return { 'metadata/name': `things.x${index}.example.com`, 'spec/group': `x${index}.example.com` };
}

function edited(object, edits) {
  const copy = structuredClone(object);
  for (const [path, value] of Object.entries(edits)) {
    const steps = path.split('/');
    const last = steps.pop();
    let node = copy;
    for (const step of steps) node = node[step] ??= {};
    if (value !== undefined) node[last] = structuredClone(value);
    else if (Array.isArray(node)) node.splice(Number(last), 1);
    else delete node[last];
  }
  return copy;
}
