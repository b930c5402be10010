import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { at } from '../../../src/api/manifest.ts';
import { podTemplateWarnings, podWarnings } from '../../../src/apiserver/warnings/pod.ts';

interface Recorded {
  readonly kinds?: readonly ('Pod' | 'PodTemplate')[];
  readonly metadata?: object;
  readonly spec: object;
  readonly causes?: readonly unknown[];
  readonly warnings?: readonly string[];
}

const recorded = readFileSync(new URL('../../recorded/validate-pod.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  // The server has no say on what it refuses.
  .filter(({ causes }) => causes === undefined);

function messages(spec: object, minor = 37, metadata: object = { name: 'p' }): string[] {
  const whole = { containers: [{ name: 'c', image: 'nginx' }], ...spec };
  return podWarnings({ metadata, spec: whole }, minor).map(({ message }) => message);
}

function templateMessages(spec: object, minor = 37, metadata: object = {}): string[] {
  const whole = { containers: [{ name: 'c', image: 'nginx' }], ...spec };
  return podTemplateWarnings({ metadata, spec: whole }, [], minor).map(({ message }) => message);
}

describe('what the server of 1.37 said', () => {
  test.each(recorded.map((line, index) => [index + 1, line] as const))('accepted object %i', (_, line) => {
    const object = { metadata: line.metadata ?? { name: 'p', labels: { app: 'a' } }, spec: line.spec };
    for (const kind of line.kinds ?? ['Pod', 'PodTemplate']) {
      const found = kind === 'Pod' ? podWarnings(object, 37) : podTemplateWarnings(object, [], 37);
      expect(found.map(({ message }) => message)).toEqual(line.warnings ?? []);
      // A warning points at something, or at the place where something is missing.
      for (const { path } of found) expect(typeof at(object, path.slice(0, -1))).toBe('object');
    }
  });

  test('covers most of them', () => {
    expect(recorded.filter(({ warnings }) => warnings !== undefined).length).toBeGreaterThan(60);
  });
});

test('a template says where it stands', () => {
  const template = { spec: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' }, containers: [] } };
  expect(podTemplateWarnings(template, ['spec', 'jobTemplate', 'spec', 'template'], 37)).toEqual([
    {
      path: ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'nodeSelector', 'beta.kubernetes.io/os'],
      message:
        'spec.jobTemplate.spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    },
  ]);
});

// The releases' own sources (pkg/api/pod/warnings.go) are the measure here.
describe('since which release', () => {
  const repeated = { containers: [{ name: 'c', image: 'nginx', ports: [{ name: 'a', containerPort: 1 }] }] };
  const two = {
    containers: [...repeated.containers, { ...repeated.containers[0], name: 'd', ports: [{ name: 'a', containerPort: 2 }] }],
  };
  const projected = (sources: readonly object[]) => ({ volumes: [{ name: 'v', projected: { sources } }] });
  const items = (path: string) => [{ key: 'k', path }];

  test.each([
    ['names of ports', two, 33],
    ['node-role.kubernetes.io/master', { nodeSelector: { 'node-role.kubernetes.io/master': '' } }, 31],
    ['addresses', { hostAliases: [{ ip: '2001:DB8::1', hostnames: ['a'] }] }, 33],
    ['overlapping paths', { volumes: [{ name: 'v', secret: { secretName: 's', items: [...items('a'), ...items('a/b')] } }] }, 32],
    ['projections without sources', projected([{}]), 32],
  ] as const)('%s', (_, spec, since) => {
    expect(messages(spec, since)).toHaveLength(1);
    expect(messages(spec, since - 1)).toEqual([]);
  });

  test('git volumes are off since 1.33', () => {
    const spec = { volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] };
    expect(messages(spec, 32)).toEqual(['spec.volumes[0].gitRepo: deprecated in v1.11']);
    expect(messages(spec, 33)).toEqual(['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+']);
  });

  test('until 1.33, sources without paths repeat those before them', () => {
    const spec = projected([{ secret: { name: 's', items: items('a') } }, { secret: { name: 't' } }]);
    expect(messages(spec, 33)).toEqual(['volume "v" (Projected): overlapping paths: "a" (Secret "s") with "a" (Secret "s")']);
    expect(messages(spec, 34)).toEqual([]);
  });

  test("until 1.33, a Pod's profile silences any annotation", () => {
    const metadata = { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' } };
    const spec = { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } };
    expect(templateMessages(spec, 33, metadata)).toEqual([]);
    expect(templateMessages(spec, 34, metadata)).toHaveLength(1);
  });
});

describe('what is not known', () => {
  test.each([
    { hostAliases: [{ ip: '${A}' }, { ip: '${A}' }] },
    { imagePullSecrets: ['${SECRET}'] },
    { imagePullSecrets: [{ name: '${A}' }, { name: '${A}' }] },
    { containers: [{ name: 'c', env: [{ name: '${A}' }, { name: '${A}' }] }] },
    { containers: [{ name: 'c', env: [{ name: 'A' }, { name: 'A', value: '${A}' }] }] },
    { containers: [{ name: 'c', ports: [{ containerPort: '${A}' }, { containerPort: '${A}' }] }] },
    { containers: [{ name: 'c', resources: { limits: { memory: '${A}' } } }] },
    { volumes: [{ name: 'v', secret: { items: [{ path: '${A}' }, { path: '${A}' }] } }] },
    { nodeSelector: { '${A}': 'a' } },
  ])('%j', (spec) => {
    expect(messages(spec)).toEqual([]);
  });

  test('a name', () => {
    expect(messages({}, 37, { name: '${a.b}' })).toEqual([]);
    expect(messages({}, 37, { generateName: '${a.b}-' })).toEqual([]);
  });
});

test('hostile lists are walked in good time', () => {
  const many = Array.from({ length: 20000 }, (_, i) => i);
  const ports = many.map((i) => ({ containerPort: 80, hostPort: i + 1, name: 'a' }));
  const items = many.map((i) => ({ key: 'k', path: i % 2 === 0 ? 'a' : `a/${i}` }));
  const deep = many.slice(0, 200).map((i) => ({ key: 'k', path: 'a/'.repeat(2000 + i) }));
  const spec = {
    containers: [{ name: 'c', ports, env: many.map(() => ({ name: 'A', value: 'b' })) }],
    volumes: [
      { name: 'v', configMap: { name: 'm', items } },
      { name: 'w', configMap: { name: 'm', items: deep } },
    ],
    hostAliases: many.map(() => ({ ip: '1.1.1.1' })),
  };
  const start = performance.now();
  expect(messages(spec).length).toBeLessThanOrEqual(1000);
  expect(performance.now() - start).toBeLessThan(2000);
});
