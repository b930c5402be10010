import type { Container, PodTemplate } from '../cluster/pods.ts';
import type { CommandFault } from './command.ts';
import { crashStatus } from './status.ts';

/** What becomes of a Pod in which a command line cannot be run, or not as it was meant. */
export interface Unrunnable {
  /** `error` where nothing else can happen. */
  readonly level: 'error' | 'warning';
  readonly predicts: { readonly component: string; readonly status: string };
  /** The end of a message, for a command line other than the container's: `, so that it never becomes ready`. */
  readonly ending: string;
  /** Empty where the Pod runs all the same. */
  readonly blocks: readonly PodTemplate[];
}

/**
 * A container whose program cannot be executed is not started. An exec probe that cannot be executed errs, and the kubelet throws
 * that result away (pkg/kubelet/prober): it is never alive enough to be killed, never ready, never started. A postStart hook that
 * fails lets the kubelet kill the container; preStop only puts off its end.
 */
export function unrunnable(container: Container, { certainty, of, path }: CommandFault): Unrunnable {
  const level = certainty === 'certain' ? 'error' : 'warning';
  const all = [container.pod];
  if (of === 'container') {
    const predicts = { component: 'runtime', status: crashStatus(container, 'StartError') };
    return { level, predicts, ending: '', blocks: all };
  }
  const running = { component: 'kubelet', status: 'Running' };
  switch (path.find((segment) => typeof segment === 'string' && segment !== 'lifecycle')) {
    case 'readinessProbe':
      return { level, predicts: running, ending: '; the Pod never becomes ready', blocks: all };
    case 'startupProbe':
      return { level, predicts: running, ending: '; the container never counts as started', blocks: all };
    case 'postStart':
      return {
        level,
        predicts: { component: 'kubelet', status: crashStatus(container, 'Error') },
        ending: '; the kubelet kills the container when the hook fails',
        blocks: all,
      };
    case 'livenessProbe':
      return { level: 'warning', predicts: running, ending: '; the probe never acts', blocks: [] };
    default:
      return { level: 'warning', predicts: running, ending: '; the hook does nothing', blocks: [] };
  }
}
