/**
 * The words that `kubectl get pods` prints under STATUS, and the two for Pods that never come to be.
 * Mirrors printPod of Kubernetes' pkg/printers/internalversion/printers.go: the phase, else the reason of the last container that waits or has
 * ended, with `Init:` before it while init containers run.
 */

export interface StatusWord {
  readonly word: string;
  readonly meaning: string;
  /** Other words for the same. */
  readonly aliases?: readonly string[];
}

export const STATUSES: readonly StatusWord[] = [
  {
    word: 'Rejected',
    meaning: 'The API server refuses the object; kubectl apply prints the error and there is nothing to get.',
    aliases: ['Forbidden', 'Invalid'],
  },
  {
    word: 'FailedCreate',
    meaning:
      'The workload is accepted, its Pods are not: `kubectl get pods` shows none, and the events of the ReplicaSet, StatefulSet or Job say why.',
  },
  {
    word: 'NotCreated',
    meaning:
      'A StatefulSet makes one Pod after the other, and the one before this is not ready. `kubectl get pods` does not show it; only podlint has a word for it.',
  },
  {
    word: 'Pending',
    meaning: 'The Pod is accepted, and no node has been found for it.',
    aliases: ['FailedScheduling', 'Unschedulable'],
  },
  {
    word: 'SchedulingGated',
    meaning: 'The Pod has `schedulingGates`; the scheduler does not look at it until they are all removed.',
  },
  {
    word: 'ContainerCreating',
    meaning:
      'The Pod has a node, and the kubelet is preparing it: network, volumes, images. It stays so while one of them fails.',
    aliases: ['Waiting', 'PodInitializing', 'FailedMount', 'FailedCreatePodSandBox'],
  },
  {
    word: 'Init:N/M',
    meaning: 'N of M init containers have ended well, and the next has not. Containers start after the last one.',
    aliases: ['Init'],
  },
  { word: 'InvalidImageName', meaning: 'The image reference cannot be parsed; nothing is ever pulled.' },
  { word: 'ErrImagePull', meaning: 'The image could not be pulled just now; soon it is ImagePullBackOff.' },
  {
    word: 'ImagePullBackOff',
    meaning: 'The image could not be pulled; the kubelet tries again at growing intervals, up to five minutes.',
  },
  { word: 'ErrImageNeverPull', meaning: '`imagePullPolicy: Never`, and the node does not have the image.' },
  {
    word: 'CreateContainerConfigError',
    meaning:
      'The container cannot be configured: its environment names a ConfigMap, Secret or key that is not there, or it must not run as root and does.',
  },
  {
    word: 'SysctlForbidden',
    meaning:
      'The kubelet of its node refuses the Pod for a sysctl that it does not take. The Pod stays so; a workload makes the next one.',
  },
  { word: 'CreateContainerError', meaning: 'The container runtime refuses to create the container.' },
  {
    word: 'RunContainerError',
    meaning: 'The container runtime cannot start the container: most often the command is not in the image.',
    aliases: ['StartError', 'ContainerCannotRun'],
  },
  {
    word: 'CrashLoopBackOff',
    meaning: 'The container started, ended, and waits to be started again, at growing intervals up to five minutes.',
  },
  { word: 'Error', meaning: 'The container ended with an exit code other than 0.', aliases: ['ExitCode', 'Signal', 'Failed'] },
  { word: 'OOMKilled', meaning: 'The container used more memory than its limit and was killed (exit code 137).' },
  {
    word: 'Evicted',
    meaning:
      'The kubelet ended the Pod since its node ran out of memory, disk or process ids; or the Pod went over a limit on ephemeral storage.',
  },
  {
    word: 'Completed',
    meaning:
      'All containers ended with exit code 0. For a Job that is the aim; under a Deployment the kubelet starts them again, and it becomes CrashLoopBackOff.',
    aliases: ['Succeeded'],
  },
  {
    word: 'Running',
    meaning: 'The containers run. With 0/1 under READY a readiness probe fails, and no Service sends it requests.',
    aliases: ['NotReady', 'Unhealthy'],
  },
  {
    word: 'Terminating',
    meaning: 'The Pod is deleted, and something is still waited for: its grace period, its node, a volume, a finalizer.',
  },
  { word: 'Unknown', meaning: 'The node does not answer, so nobody knows how the Pod is.', aliases: ['NodeLost'] },
];

/** What a person typed, found among the words: `Init:CrashLoopBackOff` is CrashLoopBackOff of an init container. Case does not count. */
export function findStatus(text: string): { readonly status: StatusWord; readonly init: boolean } | undefined {
  const word = text.trim().toLowerCase();
  if (/^init:(\d+|n)\/(\d+|m)$/.test(word)) return found('init:n/m', false);
  if (word.startsWith('init:')) return found(word.slice('init:'.length), true);
  return found(word, false);
}

function found(word: string, init: boolean): { status: StatusWord; init: boolean } | undefined {
  // `ExitCode:1` and `Signal:9` carry a number.
  const plain = word.replace(/^(exitcode|signal):\d+$/, '$1');
  const status = STATUSES.find((s) => [s.word, ...(s.aliases ?? [])].some((name) => name.toLowerCase() === plain));
  return status && { status, init };
}
