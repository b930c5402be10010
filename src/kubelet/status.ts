import type { Container } from '../cluster/pods.ts';

/**
 * The STATUS of a Pod whose container waits for that reason: `ImagePullBackOff`, and `Init:ImagePullBackOff` for an init container or
 * a sidecar. Mirrors printPod of pkg/printers/internalversion/printers.go.
 */
export function statusOf({ role }: Container, reason: string): string {
  return role === 'app' ? reason : `Init:${reason}`;
}

/**
 * The STATUS of a Pod whose container ends, or cannot be started, each time it is tried: the kubelet tries again at growing
 * intervals, except under restartPolicy Never, where the reason of its end stays (`Error`, `StartError`, `OOMKilled`).
 */
export function crashStatus(container: Container, ended: string): string {
  const never = container.pod.spec.restartPolicy === 'Never' && container.role !== 'sidecar';
  return statusOf(container, never ? ended : 'CrashLoopBackOff');
}
