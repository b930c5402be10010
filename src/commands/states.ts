/**
 * The guide to Pod states that podlint turns into predictions, row by row: what a person sees, why it may be so, who says it, and what to ask a
 * live cluster to tell the causes apart. Which rules foresee a row is not written here: each rule names its rows (`rule.states`).
 */

export interface StateRow {
  readonly id: string;
  /** Words of the STATUS column under which it shows, and `Rejected` and `FailedCreate` where no Pod comes to be. */
  readonly statuses: readonly string[];
  readonly cause: string;
  /** Component, or person. */
  readonly saidBy: string;
  /** As it is said, with example names. */
  readonly says: string;
  /** What podlint compares to foresee it. */
  readonly foresees: string;
  /** What manifests do not tell. */
  readonly cannot: string;
  /** Commands on a live cluster, and what to look for in what they print. */
  readonly ask: readonly Question[];
}

export interface Question {
  readonly run: string;
  readonly look: string;
}

export const STATES: readonly StateRow[] = [
  {
    id: 'S1',
    statuses: ['Pending'],
    cause: 'No node has enough CPU, memory, GPUs or ephemeral storage left, or none that the Pod accepts',
    saidBy: 'scheduler',
    says: 'FailedScheduling: 0/4 nodes are available: 2 Insufficient cpu, 2 node(s) had untolerated taint(s).',
    foresees:
      'The requests of all replicas (init containers, sidecars, overhead and LimitRange defaults included) are put on the nodes given with `--cluster`, with node selectors, affinity, taints and volume claims as the scheduler counts them.',
    cannot:
      'What else runs on the nodes, and whether an autoscaler will add one. Without nodes as facts only contradictions within the manifests show.',
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: 'The last FailedScheduling event counts the nodes by what they lack. `Insufficient cpu` is a matter of requests; `untolerated taint` and `node affinity/selector` of placement; `unbound immediate PersistentVolumeClaims` of storage.',
      },
      {
        run: 'kubectl describe nodes',
        look: 'Compare `Allocatable` with the totals under `Allocated resources`. Requests count, not what is used.',
      },
      { run: 'kubectl get pvc', look: 'A claim that is itself Pending holds its Pod back; `kubectl describe pvc` says why.' },
    ],
  },
  {
    id: 'S2',
    statuses: ['Pending'],
    cause: 'The host port is taken on every node that would do',
    saidBy: 'scheduler',
    says: "FailedScheduling: 0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
    foresees:
      'Replicas, workloads and DaemonSets are set against each other by protocol, host address and port; with `hostNetwork` every container port counts. A rolling update that needs the port a second time on one node is told too.',
    cannot: 'Ports held by Pods that are neither in the manifests nor in the facts.',
    ask: [
      {
        run: "kubectl get pods -A -o custom-columns='NS:.metadata.namespace,POD:.metadata.name,NODE:.spec.nodeName,PORTS:.spec.containers[*].ports[*].hostPort'",
        look: 'Who holds the port, and on which nodes. A Service reaches Pods without any host port.',
      },
    ],
  },
  {
    id: 'S3',
    statuses: ['ContainerCreating', 'Init:N/M'],
    cause: "The Pod network cannot be set up: the node and the network plugin disagree about the Pods' addresses",
    saidBy: 'kubelet, from the CNI plugin',
    says: 'FailedCreatePodSandBox: failed to set bridge addr: "cni0" already has an IP address different from 10.244.4.1/24',
    foresees:
      "The Pods' address range is written in several places (kubeadm, controller-manager, the network plugin's ConfigMap or pool): ranges that differ, or that overlap the Services' range.",
    cannot: 'A bridge left over on a node, a missing or broken plugin binary, a firewall.',
    ask: [
      { run: 'kubectl describe pod POD', look: "FailedCreatePodSandBox carries the plugin's own error." },
      {
        run: "kubectl get node NODE -o jsonpath='{.spec.podCIDR}'",
        look: 'Compare with `ip addr show cni0` on the node. Where they differ, delete the bridge (`ip link delete cni0`): the plugin makes it anew.',
      },
      {
        run: 'kubectl get pods -A -o wide --field-selector spec.nodeName=NODE',
        look: "The network plugin's own Pod on that node must be Running and ready.",
      },
    ],
  },
  {
    id: 'S4',
    statuses: ['ErrImagePull', 'ImagePullBackOff'],
    cause: 'The registry of the image cannot be reached',
    saidBy: 'kubelet',
    says: 'Failed to pull image "k8s.gcr.io/pause:3.9": dial tcp 142.250.0.82:443: i/o timeout',
    foresees:
      'Registries that were shut down, frozen or moved, with the address that took their place; and those that podlint.yaml says your nodes cannot reach, with the mirror to use.',
    cannot: 'A registry that is down today, a proxy, or a firewall between node and registry.',
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: 'What follows `Failed to pull image`: `i/o timeout`, `no such host` or `connection refused` speak of the network; `not found` of the name (S7); `unauthorized` or `denied` of credentials (S8).',
      },
      {
        run: 'kubectl debug node/NODE -it --image=busybox -- wget -S -O /dev/null https://REGISTRY/v2/',
        look: 'Any HTTP answer, 401 too, means that the node reaches it.',
      },
    ],
  },
  {
    id: 'S5',
    statuses: ['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff'],
    cause: 'The image is too big for the time it is given',
    saidBy: 'kubelet',
    says: 'Failed to pull image "registry.example/train:2": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    foresees:
      'Where control-plane components and kubelets are run as Pods: flags that the release no longer has, among them the old `--image-pull-progress-deadline`, which stop the component instead of helping.',
    cannot: "How big an image is, and how fast the node's line is.",
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: "`Pulling` without `Pulled` for minutes. Once it succeeds, the `Pulled` event names the time it took and the image's size.",
      },
      {
        run: 'kubectl get --raw /api/v1/nodes/NODE/proxy/configz',
        look: '`runtimeRequestTimeout` and `serializeImagePulls`: with the latter one big image holds up all others of the node.',
      },
    ],
  },
  {
    id: 'S6',
    statuses: ['ContainerCreating', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError'],
    cause: 'The container cannot be made or started: something it mounts or reads is missing, or its parameters are wrong',
    saidBy: 'kubelet, container runtime',
    says: 'FailedMount: MountVolume.SetUp failed for volume "config" : configmap "web-config" not found',
    foresees:
      'Every volume, ConfigMap, Secret, key and claim that the kubelet must find; mount paths that collide; a Pod that must not run as root but does; commands that no program answers to.',
    cannot: 'Whether a program exists inside the image, and what a volume holds.',
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: '`FailedMount` names the volume and what is not found; `Error: secret "…" not found` or `couldn\'t find key …` the environment; `executable file not found in $PATH` the command.',
      },
      {
        run: 'kubectl get configmap,secret,pvc',
        look: 'Whether what it names is there: in this namespace, under exactly this name.',
      },
    ],
  },
  {
    id: 'S7',
    statuses: ['InvalidImageName', 'ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'],
    cause: "The image's name is wrong",
    saidBy: 'kubelet',
    says: 'Failed to apply default image tag "Web:1.0": couldn\'t parse image name: repository name must be lowercase',
    foresees:
      'Names against the grammar of image references (upper case, bad tag or digest), and names at one slip from a well-known one or from another of the same manifests.',
    cannot: 'Whether a well-formed name and tag exist in the registry.',
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: "`couldn't parse image name` is the grammar. `not found` or `repository does not exist` is a slip in the name or tag, or a private image without credentials (S8).",
      },
      { run: 'crictl pull IMAGE', look: 'On the node, the same pull without Kubernetes around it.' },
    ],
  },
  {
    id: 'S8',
    statuses: ['ErrImagePull', 'ImagePullBackOff'],
    cause: 'The registry is private and the Pod brings no credentials, or the wrong ones',
    saidBy: 'kubelet',
    says: 'FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    foresees:
      "The pull Secrets of the Pod and of its ServiceAccount: whether they are in the Pod's namespace, of a type the kubelet reads, readable, and hold the registry that the image comes from.",
    cannot: 'Whether a password is right, and which images are private.',
    ask: [
      {
        run: 'kubectl describe pod POD',
        look: '`unauthorized`, `denied` or `pull access denied`; FailedToRetrieveImagePullSecret names a Secret that is not there.',
      },
      {
        run: "kubectl get secret NAME -o jsonpath='{.type}'",
        look: 'It must be `kubernetes.io/dockerconfigjson`. `kubectl create secret docker-registry NAME --docker-server=REGISTRY --docker-username=USER --docker-password=…` makes one.',
      },
      {
        run: "kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets[*].name}'",
        look: 'Empty: neither the Pod nor its ServiceAccount names one.',
      },
    ],
  },
  {
    id: 'S9',
    statuses: ['CrashLoopBackOff', 'Error', 'OOMKilled', 'RunContainerError', 'StartError', 'Running'],
    cause: 'The container starts and ends again, or its probes say that it is not well',
    saidBy: 'kubelet',
    says: 'BackOff: Back-off restarting failed container web in pod web-6b7f9_default(…)',
    foresees:
      'Shell syntax without a shell, a whole command line in one string, variables that nothing sets, probes on ports that nothing opens, a heap above the memory limit or written in a form that the program refuses.',
    cannot: 'What the program does: a bug, a database that does not answer, a wrong file inside a right image.',
    ask: [
      { run: 'kubectl logs POD --previous', look: 'The last words of the run that ended.' },
      {
        run: 'kubectl describe pod POD',
        look: '`Last State` has reason and exit code: 137 with OOMKilled is the memory limit, 137 or 143 after `Liveness probe failed` the probe, 126 and 127 the command, any other the program.',
      },
      { run: 'kubectl get pod POD', look: 'RESTARTS above 0 tells a crash from a start that never happened (S6).' },
    ],
  },
  {
    id: 'S10',
    statuses: ['ContainerCreating', 'CreateContainerConfigError', 'Pending', 'Error'],
    cause: 'A ConfigMap, Secret, volume, Service or namespace that it depends on does not exist',
    saidBy: 'kubelet, scheduler, API server',
    says: "Error: couldn't find key passwrod in Secret default/db",
    foresees:
      'Every reference of the set to what it names, keys included, optional ones excepted, within and across namespaces; what operators and generators make counts as there.',
    cannot:
      'What somebody makes by hand. `--cluster` tells what the cluster has, `external:` in podlint.yaml what comes from elsewhere.',
    ask: [
      { run: 'kubectl describe pod POD', look: 'Events name what is not found, and its kind.' },
      {
        run: 'kubectl get events --sort-by=.lastTimestamp',
        look: 'Also what its owners say: ReplicaSet, Job, StatefulSet, claim.',
      },
    ],
  },
  {
    id: 'S11',
    statuses: ['FailedCreate', 'Rejected'],
    cause: 'It asks for more than the administrator allows: LimitRange or ResourceQuota',
    saidBy: 'API server, at admission',
    says: 'FailedCreate: pods "web-6b7f9-x2v" is forbidden: maximum cpu usage per Container is 2, but limit is 4',
    foresees:
      'The LimitRanges and ResourceQuotas of the set and of the facts against every Pod that its controllers would make, defaults filled in, at full replica count.',
    cannot: 'What is used of the quota already, unless facts say so.',
    ask: [
      {
        run: 'kubectl describe replicaset,statefulset,job',
        look: 'FailedCreate with `exceeded quota` or `usage per Container`. There is no Pod to describe: none came to be.',
      },
      { run: 'kubectl describe limitrange,resourcequota', look: 'What is allowed, and Used beside Hard.' },
    ],
  },
  {
    id: 'S12',
    statuses: ['FailedCreate', 'Rejected'],
    cause: "It violates the cluster's security policy",
    saidBy: 'API server, at admission',
    says: 'FailedCreate: pods "web-6b7f9-x2v" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    foresees:
      'Every Pod against the Pod Security Standard that the labels of its namespace enforce; objects of PodSecurityPolicy, which 1.25 removed.',
    cannot: "Policy engines that are not in the manifests, and exemptions in the API server's configuration.",
    ask: [
      {
        run: 'kubectl get namespace NS --show-labels',
        look: '`pod-security.kubernetes.io/enforce` names the level; `enforce-version` the edition.',
      },
      { run: 'kubectl describe replicaset,statefulset,job', look: 'FailedCreate lists every field that violates it.' },
    ],
  },
  {
    id: 'S13',
    statuses: ['CrashLoopBackOff', 'Error', 'FailedCreate', 'Rejected'],
    cause: 'It may not touch what it needs: ServiceAccount, role or binding missing',
    saidBy: 'API server, to the program',
    says: 'pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" in the namespace "shop"',
    foresees:
      'ServiceAccounts, roles, bindings and priority classes that are named but not there, or bound in another namespace.',
    cannot: 'Which calls the program makes.',
    ask: [
      {
        run: 'kubectl logs POD',
        look: '`is forbidden: User "system:serviceaccount:…" cannot …` names the verb, the resource and the namespace.',
      },
      {
        run: 'kubectl auth can-i VERB RESOURCE --as=system:serviceaccount:NS:NAME',
        look: '`no`: bind a Role that allows it to this ServiceAccount.',
      },
      {
        run: "kubectl get pod POD -o jsonpath='{.spec.serviceAccountName}'",
        look: '`default`: it runs as an account that nothing was granted to.',
      },
    ],
  },
  {
    id: 'S14',
    statuses: ['Terminating', 'Unknown'],
    cause: 'The node is lost, or cannot be emptied',
    saidBy: 'node controller',
    says: 'TaintManagerEviction: Marking for deletion Pod shop/web-6b7f9-x2v',
    foresees:
      'What the manifests decide about that hour: budgets that allow no eviction, grace periods that are too short for what must happen in them.',
    cannot: 'That a node crashes, or loses its network.',
    ask: [
      {
        run: 'kubectl get nodes',
        look: 'NotReady: its Pods stay Terminating until the kubelet answers again, the node is deleted (`kubectl delete node`), or the Pods are deleted by force.',
      },
      {
        run: 'kubectl get pdb -A',
        look: 'ALLOWED DISRUPTIONS 0: `kubectl drain` waits for ever.',
      },
    ],
  },
  {
    id: 'S15',
    statuses: ['Terminating', 'Unknown'],
    cause: 'Pods of a StatefulSet are deleted by force, and two of one name write to one volume',
    saidBy: 'nobody; the data show it',
    says: 'Immediate deletion does not wait for confirmation that the running resource has been terminated.',
    foresees:
      'StatefulSets that lose data or their quorum when it happens: no grace period, no headless Service, data on volumes that die with the Pod, no budget or anti-affinity for a quorum.',
    cannot: 'What the program makes of a lost peer, and whether the old Pod still runs.',
    ask: [
      {
        run: 'kubectl get pod POD -o wide',
        look: 'Which node. Force-delete only when that machine is surely off: `kubectl delete pod POD --grace-period=0 --force`.',
      },
      { run: 'kubectl get volumeattachments', look: 'Where the volume is still attached.' },
    ],
  },
  {
    id: 'S16',
    statuses: ['Terminating'],
    cause: "A volume cannot be unmounted: a container holds the kubelet's directories without mount propagation",
    saidBy: 'kubelet',
    says: 'UnmountVolume.TearDown failed for volume "token": remove /var/lib/kubelet/pods/…: device or resource busy',
    foresees:
      "Pods that mount the kubelet's directories (CSI drivers, monitoring, kubelets in containers) without `mountPropagation`.",
    cannot: 'Processes on the node that hold a file open.',
    ask: [
      {
        run: 'kubectl get events --field-selector reason=FailedKillPod',
        look: "`device or resource busy` in the kubelet's words.",
      },
      {
        run: 'journalctl -u kubelet',
        look: 'On the node: UnmountVolume.TearDown with the path; `grep PATH /proc/*/mountinfo` shows who has it.',
      },
    ],
  },
  {
    id: 'S17',
    statuses: ['Terminating'],
    cause: 'A finalizer keeps the object, and nobody removes it',
    saidBy: 'API server, in the object',
    says: 'metadata.finalizers: ["example.com/cleanup"]',
    foresees: 'Finalizers written in manifests whose controller is not there.',
    cannot: 'Whether a controller that is there works.',
    ask: [
      {
        run: "kubectl get KIND NAME -o jsonpath='{.metadata.deletionTimestamp} {.metadata.finalizers}'",
        look: 'A deletionTimestamp with finalizers left: the controller of each must be running and take it away. Removing it by hand (`kubectl edit`) skips what it would have cleaned up.',
      },
      {
        run: "kubectl get namespace NS -o jsonpath='{.status.conditions[*].message}'",
        look: 'For a namespace: which objects and finalizers are left in it.',
      },
    ],
  },
  {
    id: 'S18',
    statuses: ['Rejected', 'FailedCreate', 'Running'],
    cause: 'The manifest has a mistake: a field is refused, or dropped without a word',
    saidBy: 'API server',
    says: 'strict decoding error: unknown field "spec.containers[0].imagePullPolcy"',
    foresees:
      'Fields that are unknown, misplaced, doubled or of the wrong type, values that validation refuses, and apiVersions that the release does not serve; custom resources by their CustomResourceDefinitions.',
    cannot: 'A field that is valid and not what was meant; admission webhooks.',
    ask: [
      {
        run: 'kubectl apply --dry-run=server --validate=strict -f FILE',
        look: 'What the API server itself says, without storing anything.',
      },
      {
        run: 'kubectl diff -f FILE',
        look: 'Lines of the file that do not come back were dropped or changed on the way.',
      },
    ],
  },
  {
    id: 'S19',
    statuses: [],
    cause: 'Any state: what was applied is not what somebody thinks it is',
    saidBy: 'a person',
    says: 'It does not do what I wrote.',
    foresees:
      '`podlint forecast PATH` prints the table that `kubectl get pods` would show, from the manifests alone, each row with its cause and place.',
    cannot:
      'A crashed node, a full disk, a wrong program inside a right image, a registry that is down: a finding never claims to know these.',
    ask: [
      {
        run: 'kubectl get pod POD -o yaml',
        look: 'The Pod as the API server has it: defaults, admission and controllers included.',
      },
      { run: 'kubectl diff -f FILE', look: 'Where the cluster and the manifest differ.' },
    ],
  },
];
