import { minorOf, NEWEST, type Release } from '../../api/kinds.ts';
import { isObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, invalid } from '../cause.ts';
import { CAPABILITY_CHECKS } from './pod-security/capabilities.ts';
import { type Check, type CheckPod, viewOf } from './pod-security/check.ts';
import { HOST_CHECKS } from './pod-security/host.ts';
import { PRIVILEGE_CHECKS } from './pod-security/privileges.ts';
import { PROFILE_CHECKS } from './pod-security/profiles.ts';
import { RUN_AS_CHECKS } from './pod-security/run-as.ts';
import { SYSCTL_CHECKS } from './pod-security/sysctls.ts';
import { VOLUME_CHECKS } from './pod-security/volumes.ts';

/**
 * The PodSecurity admission plugin: Pod Security Standards by namespace labels.
 * Mirrors k8s.io/pod-security-admission: policy/ (the checks), api/helpers.go (labels), admission/admission.go (wording).
 * A value behind a placeholder never makes a check fail.
 */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** The minor of `v1.<minor>`, or latest. */
export type PodSecurityVersion = number | 'latest';

export interface PodSecurityPolicy {
  readonly level: PodSecurityLevel;
  readonly version: PodSecurityVersion;
}

export interface PodSecurityReason {
  /** The check: `allowPrivilegeEscalation`, `capabilities_restricted`, … */
  readonly id: string;
  readonly forbiddenReason: string;
  readonly forbiddenDetail: string;
  /** Every fault's place, relative to the Pod or Pod template; it may name a field that is absent. */
  readonly paths: readonly Path[];
}

export interface PodSecurityResult {
  readonly allowed: boolean;
  /** In the order in which the server lists them. */
  readonly reasons: readonly PodSecurityReason[];
}

export interface PodSecurityOptions {
  /** The release of the server: it knows no standards newer than its own. */
  readonly release?: Release;
  /** The Pod template of a workload, which the plugin judges for warnings; by default a Pod as its controller creates it. */
  readonly template?: boolean;
}

const CHECKS: readonly Check[] = [
  ...CAPABILITY_CHECKS,
  ...HOST_CHECKS,
  ...PRIVILEGE_CHECKS,
  ...PROFILE_CHECKS,
  ...RUN_AS_CHECKS,
  ...SYSCTL_CHECKS,
  ...VOLUME_CHECKS,
];

const ALLOWED: PodSecurityResult = { allowed: true, reasons: [] };

export function evaluatePodSecurity(
  podMetadata: unknown,
  podSpec: unknown,
  level: PodSecurityLevel,
  version: PodSecurityVersion,
  options: PodSecurityOptions = {},
): PodSecurityResult {
  if (level === 'privileged') return ALLOWED;
  const newest = minorOf(options.release ?? NEWEST);
  const minor = version === 'latest' ? newest : Math.min(version, newest);
  const pod = viewOf(podMetadata, podSpec, options.template !== true);
  const reasons: PodSecurityReason[] = [];
  for (const [id, check] of checksOf(level, minor)) {
    const refusal = check(pod);
    if (refusal === undefined) continue;
    reasons.push({ id, forbiddenReason: refusal.reason, forbiddenDetail: refusal.detail, paths: refusal.paths });
  }
  return reasons.length === 0 ? ALLOWED : { allowed: false, reasons };
}

const checksCache = new Map<string, readonly (readonly [string, CheckPod])[]>();

/** The checks of a level at a minor: baseline first, each level by id, without the baseline checks that restricted ones replace. */
function checksOf(level: 'baseline' | 'restricted', minor: number): readonly (readonly [string, CheckPod])[] {
  const key = `${level}:${minor}`;
  const cached = checksCache.get(key);
  if (cached !== undefined) return cached;
  const active: [Check, CheckPod][] = [];
  const overridden = new Set<string>();
  for (const check of CHECKS) {
    if (level === 'baseline' && check.level === 'restricted') continue;
    const revision = check.versions.findLast(([since]) => since <= minor);
    if (revision === undefined) continue;
    active.push([check, revision[1]]);
    for (const id of check.overrides ?? []) overridden.add(id);
  }
  const checks = active
    .filter(([{ id }]) => !overridden.has(id))
    .sort(([a], [b]) => (a.level === b.level ? (a.id < b.id ? -1 : 1) : a.level === 'baseline' ? -1 : 1))
    .map(([{ id }, check]) => [id, check] as const);
  checksCache.set(key, checks);
  return checks;
}

/** `restricted:latest`, `baseline:v1.25`. */
export function policyName({ level, version }: PodSecurityPolicy): string {
  return `${level}:${version === 'latest' ? version : `v1.${version}`}`;
}

/** What the server says of a refused Pod, after `pods "x" is forbidden: `. */
export function podSecurityMessage(policy: PodSecurityPolicy, reasons: readonly PodSecurityReason[]): string {
  return `violates PodSecurity "${policyName(policy)}": ${describeReasons(reasons)}`;
}

/** The Warning header for the `warn` mode, and the text of the audit annotation. */
export function podSecurityWarning(policy: PodSecurityPolicy, reasons: readonly PodSecurityReason[]): string {
  return `would violate PodSecurity "${policyName(policy)}": ${describeReasons(reasons)}`;
}

function describeReasons(reasons: readonly PodSecurityReason[]): string {
  return reasons
    .map(({ forbiddenReason, forbiddenDetail }) =>
      forbiddenDetail === '' ? forbiddenReason : `${forbiddenReason} (${forbiddenDetail})`,
    )
    .join(', ');
}

export interface PodSecurityPolicies {
  readonly enforce: PodSecurityPolicy;
  readonly audit: PodSecurityPolicy;
  readonly warn: PodSecurityPolicy;
}

export interface PodSecurityLabels {
  readonly policy: PodSecurityPolicies;
  /** Faulty labels: the server refuses to create such a Namespace (Invalid). Paths are relative to the Namespace. */
  readonly causes: readonly Cause[];
  /** Modes whose level or version stands behind a placeholder. Their policy is what holds without the label, so not to be trusted. */
  readonly unknown: readonly ('enforce' | 'audit' | 'warn')[];
}

const PRIVILEGED: PodSecurityPolicy = { level: 'privileged', version: 'latest' };
const DEFAULTS: PodSecurityPolicies = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };
const PREFIX = 'pod-security.kubernetes.io/';

/**
 * The policy that a Namespace's labels select, as `PolicyToEvaluate` does: a bad level counts as restricted for enforce and as privileged
 * for audit and warn; a bad version counts as latest; without a warn label the warn level follows a stricter enforce level.
 * `defaults` are those of an AdmissionConfiguration, where facts tell of one.
 */
export function podSecurityPolicyOf(namespaceLabels: unknown, defaults: PodSecurityPolicies = DEFAULTS): PodSecurityLabels {
  if (!isObject(namespaceLabels)) return { policy: defaults, causes: [], unknown: [] };
  const causes: Cause[] = [];
  const unknown: ('enforce' | 'audit' | 'warn')[] = [];
  let hasEnforceLevel = false;

  const policyOf = (mode: 'enforce' | 'audit' | 'warn'): PodSecurityPolicy => {
    let { level, version } = defaults[mode];
    const levelLabel = labelOf(namespaceLabels, PREFIX + mode);
    const versionLabel = labelOf(namespaceLabels, `${PREFIX + mode}-version`);
    if (isUnknown(levelLabel) || isUnknown(versionLabel)) unknown.push(mode);
    if (levelLabel !== undefined && !isUnknown(levelLabel)) {
      if (levelLabel === 'privileged' || levelLabel === 'baseline' || levelLabel === 'restricted') {
        level = levelLabel;
        if (mode === 'enforce') hasEnforceLevel = true;
      } else {
        level = mode === 'enforce' ? 'restricted' : 'privileged';
        causes.push(
          invalid(['metadata', 'labels', PREFIX + mode], levelLabel, 'must be one of privileged, baseline, restricted'),
        );
      }
    }
    if (versionLabel !== undefined && !isUnknown(versionLabel)) {
      const match = /^v1\.(0|[1-9][0-9]*)$/.exec(versionLabel);
      const minor = match === null ? Number.NaN : Number(match[1]);
      if (versionLabel === 'latest') version = 'latest';
      else if (Number.isSafeInteger(minor)) version = minor;
      else {
        version = 'latest';
        causes.push(invalid(['metadata', 'labels', `${PREFIX + mode}-version`], versionLabel, 'must be "latest" or "v1.x"'));
      }
    }
    return { level, version };
  };

  const enforce = policyOf('enforce');
  const audit = policyOf('audit');
  let warn = policyOf('warn');
  if (
    hasEnforceLevel &&
    labelOf(namespaceLabels, `${PREFIX}warn`) === undefined &&
    strictness(enforce.level) > strictness(warn.level)
  ) {
    const hasVersion = labelOf(namespaceLabels, `${PREFIX}warn-version`) !== undefined;
    warn = { level: enforce.level, version: hasVersion ? warn.version : enforce.version };
  }
  return { policy: { enforce, audit, warn }, causes, unknown };
}

function labelOf(labels: { readonly [key: string]: unknown }, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function strictness(level: PodSecurityLevel): number {
  return level === 'privileged' ? 0 : level === 'baseline' ? 1 : 2;
}

/** What the plugin's configuration exempts, where facts hold an AdmissionConfiguration's PodSecurityConfiguration. */
export interface PodSecurityConfiguration {
  readonly defaults: PodSecurityPolicies;
  readonly exemptions: {
    readonly namespaces: readonly string[];
    readonly usernames: readonly string[];
    readonly runtimeClasses: readonly string[];
  };
}

/**
 * A PodSecurityConfiguration (pod-security.admission.config.k8s.io), alone or inside an AdmissionConfiguration; undefined for anything else.
 * Mirrors k8s.io/pod-security-admission/admission/api.
 */
export function podSecurityConfigurationOf(value: unknown): PodSecurityConfiguration | undefined {
  if (!isObject(value)) return undefined;
  if (value['kind'] === 'AdmissionConfiguration') {
    const plugins = Array.isArray(value['plugins']) ? value['plugins'] : [];
    const plugin: unknown = plugins.find((item: unknown) => isObject(item) && item['name'] === 'PodSecurity');
    return isObject(plugin) ? podSecurityConfigurationOf(plugin['configuration']) : undefined;
  }
  if (value['kind'] !== 'PodSecurityConfiguration') return undefined;
  const defaults = isObject(value['defaults']) ? value['defaults'] : {};
  const labels: Record<string, unknown> = {};
  for (const mode of ['enforce', 'audit', 'warn']) {
    labels[PREFIX + mode] = defaults[mode] ?? 'privileged';
    labels[`${PREFIX + mode}-version`] = defaults[`${mode}-version`] ?? 'latest';
  }
  const exemptions = isObject(value['exemptions']) ? value['exemptions'] : {};
  return {
    defaults: podSecurityPolicyOf(labels).policy,
    exemptions: {
      namespaces: stringsIn(exemptions['namespaces']),
      usernames: stringsIn(exemptions['usernames']),
      runtimeClasses: stringsIn(exemptions['runtimeClasses']),
    },
  };
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item: unknown): item is string => typeof item === 'string') : [];
}

/** The plugin does not look at such a Pod: its namespace or its RuntimeClass is exempt. */
export function isPodSecurityExempt(
  configuration: PodSecurityConfiguration | undefined,
  namespace: string,
  podSpec: unknown,
): boolean {
  if (configuration === undefined) return false;
  const { namespaces, runtimeClasses } = configuration.exemptions;
  if (namespace !== '' && namespaces.includes(namespace)) return true;
  const runtimeClass = isObject(podSpec) ? podSpec['runtimeClassName'] : undefined;
  return typeof runtimeClass === 'string' && runtimeClass !== '' && runtimeClasses.includes(runtimeClass);
}
