import { parseImage } from './image-reference.ts';
import { asNumber, asString, type JsonObject } from './manifest.ts';
import { isUnknown } from './unknown.ts';

/**
 * Fields of a Pod with the values that the server fills in, asked one by one so that nothing is copied.
 * Mirrors pkg/apis/core/v1/defaults.go. Requests that follow from limits are in `pod-resources.ts`.
 */

export function restartPolicyOf(spec: JsonObject): string {
  return asString(spec['restartPolicy']) || 'Always';
}

export function dnsPolicyOf(spec: JsonObject): string {
  return asString(spec['dnsPolicy']) || 'ClusterFirst';
}

export function schedulerNameOf(spec: JsonObject): string {
  return asString(spec['schedulerName']) || 'default-scheduler';
}

/** Seconds; NaN for a placeholder. A Pod's negative period becomes one second; the template of a workload keeps it. */
export function gracePeriodOf(spec: JsonObject, isPod: boolean): number {
  const period = numberOf(spec['terminationGracePeriodSeconds'], 30);
  return isPod && period < 0 ? 1 : period;
}

export function protocolOf(port: JsonObject): string {
  return asString(port['protocol']) || 'TCP';
}

/**
 * The port on the node, 0 for none: under hostNetwork the containerPort where none is written. A placeholder is NaN. The server
 * fills it in when it makes Pods, not in the templates of workloads.
 */
export function hostPortOf(port: JsonObject, hostNetwork: boolean): number {
  const hostPort = numberOf(port['hostPort'], 0);
  return hostPort === 0 && hostNetwork ? numberOf(port['containerPort'], 0) : hostPort;
}

function numberOf(value: unknown, otherwise: number): number {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? Number.NaN : (asNumber(value) ?? otherwise);
}

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/**
 * Without a policy an image is pulled always when its tag is `latest` or it has neither tag nor digest; one that cannot be parsed
 * counts as tagged. Undefined where a placeholder decides, and for a policy that there is not.
 */
export function imagePullPolicyOf(container: JsonObject): ImagePullPolicy | undefined {
  const policy = container['imagePullPolicy'] ?? '';
  if (policy !== '') return policy === 'Always' || policy === 'IfNotPresent' || policy === 'Never' ? policy : undefined;
  const image = asString(container['image']) ?? '';
  if (isUnknown(image)) return undefined;
  const parsed = parseImage(image);
  if ('error' in parsed) return 'IfNotPresent';
  return (parsed.tag ?? (parsed.digest === undefined ? 'latest' : '')) === 'latest' ? 'Always' : 'IfNotPresent';
}

export function terminationMessagePolicyOf(container: JsonObject): string {
  return asString(container['terminationMessagePolicy']) || 'File';
}

/** How often and how long a probe asks. Seconds, and counts of answers in a row. */
export interface ProbeTimes {
  readonly initialDelaySeconds: number;
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** Zero stands for the default. */
export function probeTimesOf(probe: JsonObject): ProbeTimes {
  return {
    initialDelaySeconds: asNumber(probe['initialDelaySeconds']) ?? 0,
    timeoutSeconds: asNumber(probe['timeoutSeconds']) || 1,
    periodSeconds: asNumber(probe['periodSeconds']) || 10,
    successThreshold: asNumber(probe['successThreshold']) || 1,
    failureThreshold: asNumber(probe['failureThreshold']) || 3,
  };
}
