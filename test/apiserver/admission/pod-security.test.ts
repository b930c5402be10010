import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at } from '../../../src/api/manifest.ts';
import {
  evaluatePodSecurity,
  isPodSecurityExempt,
  type PodSecurityLevel,
  podSecurityConfigurationOf,
  podSecurityMessage,
  podSecurityPolicyOf,
  podSecurityWarning,
} from '../../../src/apiserver/admission/pod-security.ts';

interface Pod {
  readonly metadata: unknown;
  readonly spec: unknown;
}
type Span = readonly [from: number, to: number, says: string];
/** `policy`: the standards' own evaluator over its fixtures and random Pods, every version; `server`: what a whole API server answered. */
type Line =
  | { readonly by: 'policy'; readonly pod: Pod; readonly baseline?: readonly Span[]; readonly restricted?: readonly Span[] }
  | {
      readonly by: 'server';
      readonly level: PodSecurityLevel;
      readonly version: string;
      readonly kind: string;
      readonly pod: Pod;
      readonly says: string;
    };

const lines = readFileSync(new URL('../../recorded/pod-security.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

describe('the standards', () => {
  it('are judged as by the standards’ own evaluator, at every version', () => {
    let verdicts = 0;
    for (const line of lines) {
      if (line.by !== 'policy') continue;
      for (const level of ['baseline', 'restricted'] as const) {
        for (const [from, to, says] of line[level] ?? []) {
          for (let version = from; version <= to; version++) {
            const { allowed, reasons } = evaluatePodSecurity(line.pod.metadata, line.pod.spec, level, version, {
              template: true,
            });
            const text = podSecurityMessage({ level, version }, reasons);
            verdicts++;
            if (allowed === (says === '') && text === `violates PodSecurity "${level}:v1.${version}": ${says}`) continue;
            expect.unreachable(`${text} instead of ${says} for ${JSON.stringify(line.pod)}`);
          }
        }
      }
    }
    expect(verdicts).toBeGreaterThan(10_000);
  });

  it('are worded as by the API server, after its own defaulting', () => {
    const answers = lines.filter((line) => line.by === 'server');
    expect(answers.length).toBeGreaterThan(60);
    for (const { level, version, kind, pod, says } of answers) {
      const policy = { level, version: version === 'latest' ? version : Number(version.slice('v1.'.length)) } as const;
      const template = kind !== 'Pod';
      const { allowed, reasons } = evaluatePodSecurity(pod.metadata, pod.spec, level, policy.version, { template });
      const words = template ? podSecurityWarning(policy, reasons) : podSecurityMessage(policy, reasons);
      expect(allowed ? '' : words, JSON.stringify(pod)).toBe(says);
    }
  });

  it('name the place of every fault', () => {
    for (const line of lines) {
      if (line.by !== 'policy') continue;
      const { reasons } = evaluatePodSecurity(line.pod.metadata, line.pod.spec, 'restricted', 'latest');
      for (const { id, paths } of reasons) {
        expect(paths.length, id).toBeGreaterThan(0);
        for (const path of paths) {
          // The list or object that holds the fault exists; the fault itself may be an absent field.
          const list = path.findLastIndex((segment) => typeof segment === 'number');
          expect(at(line.pod, path.slice(0, list + 1)), path.join('.')).toBeDefined();
        }
      }
    }
  });

  it('know nothing newer than the release', () => {
    const spec = { containers: [{ name: 'a', livenessProbe: { httpGet: { host: 'x', port: 80 } } }] };
    expect(evaluatePodSecurity({}, spec, 'baseline', 'latest', { release: '1.33' }).allowed).toBe(true);
    expect(evaluatePodSecurity({}, spec, 'baseline', 99, { release: '1.34' }).allowed).toBe(false);
    expect(evaluatePodSecurity({}, spec, 'privileged', 'latest').allowed).toBe(true);
  });

  it('never fail on a placeholder', () => {
    const spec = {
      securityContext: { runAsNonRoot: '${NONROOT}', seccompProfile: { type: '{{ .Values.seccomp }}' } },
      containers: [
        { name: 'a', securityContext: { allowPrivilegeEscalation: '${APE}', capabilities: { drop: ['${DROP}'] } } },
        { name: 'b', securityContext: '${CTX}' },
      ],
    };
    expect(evaluatePodSecurity({}, spec, 'restricted', 'latest').reasons).toEqual([]);
  });

  it('take anything', () => {
    for (const spec of [
      undefined,
      null,
      'x',
      [],
      { containers: 'x' },
      { containers: [null, 1, [], { name: null, securityContext: [] }], volumes: [null], securityContext: 7 },
    ]) {
      expect(() => evaluatePodSecurity(spec, spec, 'restricted', 'latest')).not.toThrow();
    }
    const hostile = JSON.parse(
      '{"metadata":{"annotations":{"__proto__":"x","container.apparmor.security.beta.kubernetes.io/__proto__":"bad\\u0000"}}}',
    );
    expect(evaluatePodSecurity(hostile.metadata, {}, 'baseline', 'latest').reasons[0]?.forbiddenDetail).toContain('bad\\x00');
  });
});

describe('namespace labels', () => {
  const prefix = 'pod-security.kubernetes.io/';

  it('select level and version of each mode', () => {
    const { policy, causes } = podSecurityPolicyOf({
      [`${prefix}enforce`]: 'baseline',
      [`${prefix}enforce-version`]: 'v1.25',
      [`${prefix}audit`]: 'restricted',
    });
    expect(causes).toEqual([]);
    expect(policy).toEqual({
      enforce: { level: 'baseline', version: 25 },
      audit: { level: 'restricted', version: 'latest' },
      warn: { level: 'baseline', version: 25 },
    });
  });

  it('warn no less than they enforce, unless a warn label says so', () => {
    const quiet = podSecurityPolicyOf({ [`${prefix}enforce`]: 'restricted', [`${prefix}warn`]: 'privileged' });
    expect(quiet.policy.warn.level).toBe('privileged');
    const versioned = podSecurityPolicyOf({ [`${prefix}enforce`]: 'restricted', [`${prefix}warn-version`]: 'v1.30' });
    expect(versioned.policy.warn).toEqual({ level: 'restricted', version: 30 });
  });

  it('that are faulty fail closed when enforcing, open otherwise', () => {
    const { policy, causes } = podSecurityPolicyOf({
      [`${prefix}enforce`]: 'strict',
      [`${prefix}audit`]: 'Baseline',
      [`${prefix}warn`]: '',
      [`${prefix}warn-version`]: 'v1.031',
    });
    expect(policy.enforce.level).toBe('restricted');
    expect(policy.audit.level).toBe('privileged');
    expect(policy.warn.level).toBe('privileged');
    expect(causes.map(({ path, message }) => [path[2], message])).toEqual([
      [`${prefix}enforce`, 'Invalid value: "strict": must be one of privileged, baseline, restricted'],
      [`${prefix}audit`, 'Invalid value: "Baseline": must be one of privileged, baseline, restricted'],
      [`${prefix}warn`, 'Invalid value: "": must be one of privileged, baseline, restricted'],
      [`${prefix}warn-version`, 'Invalid value: "v1.031": must be "latest" or "v1.x"'],
    ]);
  });

  it('behind a placeholder are told', () => {
    expect(podSecurityPolicyOf({ [`${prefix}enforce`]: '${LEVEL}' })).toMatchObject({ causes: [], unknown: ['enforce'] });
  });
});

describe('the plugin’s configuration', () => {
  it('gives defaults and exemptions', () => {
    const configuration = podSecurityConfigurationOf({
      kind: 'AdmissionConfiguration',
      plugins: [
        {
          name: 'PodSecurity',
          configuration: {
            kind: 'PodSecurityConfiguration',
            defaults: { enforce: 'baseline', 'enforce-version': 'v1.30' },
            exemptions: { namespaces: ['kube-system'], runtimeClasses: ['kata'] },
          },
        },
      ],
    });
    expect(configuration?.defaults.enforce).toEqual({ level: 'baseline', version: 30 });
    expect(podSecurityPolicyOf({}, configuration?.defaults).policy.enforce.level).toBe('baseline');
    expect(isPodSecurityExempt(configuration, 'kube-system', {})).toBe(true);
    expect(isPodSecurityExempt(configuration, 'shop', { runtimeClassName: 'kata' })).toBe(true);
    expect(isPodSecurityExempt(configuration, 'shop', {})).toBe(false);
    expect(isPodSecurityExempt(undefined, 'kube-system', {})).toBe(false);
  });
});
