import { describe, expect, it } from 'vitest';
import {
  type EnvironmentFacts,
  environmentOf,
  expand,
  serviceVariables,
  undefinedVariables,
  variableReferences,
} from '../../src/kubelet/environment.ts';
import { recorded } from './recorded.ts';

describe('expand', () => {
  it.each(
    recorded<{ readonly expand: string; readonly values: Record<string, string> }>('expand').map(
      ({ expand: text, values, answer }) => [JSON.stringify(text), text, values, answer] as const,
    ),
  )('%s', (_, text, values, answer) => {
    expect(expand(text, (name) => (Object.hasOwn(values, name) ? values[name] : undefined))).toBe(answer);
  });

  it('takes time in proportion to the length', () => {
    for (const text of ['$(', '$', '$(A', '$()', '$$(']) {
      const long = text.repeat(200_000);
      const start = performance.now();
      expand(long, () => undefined);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  });

  it('finds references with their places', () => {
    expect(variableReferences('a$(B)$$(C)$(D')).toEqual([{ name: 'B', start: 1, end: 5 }]);
  });
});

describe('serviceVariables', () => {
  it.each(
    recorded<{ readonly service: { readonly metadata: { readonly name: string } } }>('service').map(
      ({ service, answer }) => [service.metadata.name, service, answer as Record<string, string>] as const,
    ),
  )('%s', (name, service, answer) => {
    const found: Record<string, string | undefined> = {};
    serviceVariables(service, (variable, value) => {
      found[variable] = value;
    });
    // Without a cluster IP in the manifest the API server gives it one.
    if (name !== 'unset') expect(found).toEqual(answer);
    else expect(Object.keys(found)).toContain('UNSET_SERVICE_HOST');
  });
});

const facts: EnvironmentFacts = {
  source: (kind, name) => {
    if (name === 'unseen') return undefined;
    if (kind === 'ConfigMap' && name === 'settings')
      return new Map([
        ['MODE', 'fast'],
        ['LEVEL', '3'],
      ]);
    if (kind === 'Secret' && name === 'login') return new Map([['PASSWORD', undefined]]);
    return null;
  },
  services: [{ metadata: { name: 'db' }, spec: { ports: [{ port: 5432 }] } }],
  allServices: true,
};

describe('environmentOf', () => {
  it('builds in the order of the kubelet', () => {
    const { open, variables } = environmentOf(
      {
        envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'S_', secretRef: { name: 'login' } }],
        env: [
          { name: 'MODE', value: 'slow' },
          { name: 'URL', value: '$(MODE)-$(LEVEL)-$(NOPE)-$$(MODE)' },
          { name: 'HOST', value: '$(DB_SERVICE_HOST):$(DB_SERVICE_PORT)' },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'L', valueFrom: { configMapKeyRef: { name: 'settings', key: 'LEVEL' } } },
          { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NOPE', optional: true } } },
          { name: 'EMPTY' },
        ],
      },
      facts,
    );
    expect(open).toBe(false);
    expect(
      Object.fromEntries([...variables].filter(([, { from }]) => from !== 'service').map(([name, { value }]) => [name, value])),
    ).toEqual({
      MODE: 'slow',
      LEVEL: '3',
      S_PASSWORD: undefined,
      URL: 'slow-3-$(NOPE)-$(MODE)',
      HOST: undefined,
      NODE: undefined,
      L: '3',
      EMPTY: '',
    });
    expect(variables.get('DB_SERVICE_PORT')).toEqual({ from: 'service', value: '5432' });
    expect(variables.has('KUBERNETES_SERVICE_HOST')).toBe(true);
    expect(variables.has('GONE')).toBe(false);
  });

  it('is open where a source is not known', () => {
    expect(environmentOf({ envFrom: [{ configMapRef: { name: 'unseen' } }] }, facts).open).toBe(true);
    expect(environmentOf({ env: [{ name: '${X}', value: '1' }] }, facts).open).toBe(true);
    expect(environmentOf(null).open).toBe(false);
    expect(environmentOf({ env: 'text', envFrom: [null, 1, {}] }, facts).open).toBe(false);
  });

  it('links no Services where the Pod wants none', () => {
    const { variables } = environmentOf({}, { ...facts, serviceLinks: false });
    expect([...variables.keys()].every((name) => name.startsWith('KUBERNETES_'))).toBe(true);
  });
});

describe('undefinedVariables', () => {
  const of = (container: unknown, more: EnvironmentFacts = facts): unknown[] =>
    undefinedVariables(container, more).map(({ name, path, why, near }) => [name, path.join('.'), why, near]);

  it('finds what nobody sets', () => {
    expect(of({ env: [{ name: 'HOST', value: 'x' }], args: ['--host=$(HOTS)', '$(HOST)', '$$(NOPE)', '$(NOPE)'] })).toEqual([
      ['HOTS', 'args.0', 'undefined', 'HOST'],
      ['NOPE', 'args.3', 'undefined', undefined],
    ]);
  });

  it('minds the order of env', () => {
    expect(
      of({
        env: [
          { name: 'URL', value: 'http://$(HOST)/$(URL)' },
          { name: 'HOST', value: 'x' },
        ],
      }),
    ).toEqual([
      ['HOST', 'env.0.value', 'later', undefined],
      ['URL', 'env.0.value', 'later', undefined],
    ]);
  });

  it('leaves command substitution to shells', () => {
    expect(of({ command: ['sh', '-c', 'echo $(date) $(hostname) $(HOME)'] })).toEqual([
      ['HOME', 'command.2', 'undefined', undefined],
    ]);
    expect(of({ command: ['sh'], args: ['-ec', 'x=$(pwd)'] })).toEqual([]);
    expect(of({ args: ['-c', 'x=$(pwd)'] })).toEqual([]);
    expect(of({ command: ['echo', '$(date +%s)', '$(params.x)', '$()'] })).toEqual([]);
  });

  it('is silent where it cannot know', () => {
    expect(of({ envFrom: [{ secretRef: { name: 'unseen' } }], args: ['$(X)'] })).toEqual([]);
    expect(of({ args: ['$(X)${Y}'] })).toEqual([]);
    expect(of({ args: ['$(CACHE_SERVICE_HOST)'] }, {})).toEqual([]);
    expect(of({ args: ['$(CACHE_SERVICE_HOST)'] })).toEqual([['CACHE_SERVICE_HOST', 'args.0', 'undefined', undefined]]);
    expect(of({ args: ['$(DB_SERVICE_HOST)', '$(KUBERNETES_PORT_443_TCP_ADDR)'] })).toEqual([]);
  });

  it('has the words for a subPathExpr', () => {
    expect(undefinedVariables({ volumeMounts: [{ subPathExpr: '$(POD_NAME)' }] }, facts)).toEqual([
      {
        name: 'POD_NAME',
        path: ['volumeMounts', 0, 'subPathExpr'],
        why: 'undefined',
        near: undefined,
        says: 'missing value for POD_NAME',
      },
    ]);
    const env = [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    expect(of({ env, volumeMounts: [{ subPathExpr: '$(POD_NAME)' }] })).toEqual([]);
  });

  it('knows that exec probes see plain values only', () => {
    const env = [
      { name: 'PORT', value: '80' },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ];
    const envFrom = [{ configMapRef: { name: 'settings' } }];
    expect(
      of({ env, envFrom, livenessProbe: { exec: { command: ['check', '$(PORT)', '$(IP)', '$(MODE)', '$(NOPE)'] } } }),
    ).toEqual([
      ['IP', 'livenessProbe.exec.command.2', 'static', undefined],
      ['MODE', 'livenessProbe.exec.command.3', 'static', undefined],
      ['NOPE', 'livenessProbe.exec.command.4', 'undefined', undefined],
    ]);
  });

  it('takes anything', () => {
    for (const value of [
      null,
      1,
      'x',
      [],
      { env: [1, null, { name: 1, value: 2 }], args: [1], command: 'x', volumeMounts: {}, livenessProbe: [] },
    ]) {
      expect(undefinedVariables(value)).toEqual([]);
    }
  });
});
