import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMPONENTS, type Component, componentData, has } from '../../src/kubelet/component-data.ts';
import {
  componentCommand,
  componentOf,
  gateFault,
  unknownAdmissionPlugins,
  unknownFeatureGates,
  unknownFlags,
} from '../../src/kubelet/component-flags.ts';
import { recorded, saysOf } from './recorded.ts';

const real = JSON.parse(readFileSync(new URL('../recorded/component-flags.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

describe('the table of flags', () => {
  const data = componentData();
  for (const release of ['1.30', '1.37']) {
    const minor = Number(release.slice(2));
    for (const component of COMPONENTS) {
      const text = real[release]?.[component];
      if (text === undefined) continue;
      it(`has the flags of ${component} ${release}`, () => {
        const expected = new Set(text.split(' '));
        const actual = new Set<string>();
        for (const flag of data.flags[component].values()) {
          if (!has(flag.in, minor)) continue;
          actual.add(`${flag.name}${flag.switch ? '!' : ''}${flag.short === undefined ? '' : `/${flag.short}`}`);
        }
        // What the recording could not see, see its comment.
        for (const name of ['log-json-info-buffer-size', 'log-json-split-stream!', 'help!/h', 'version!']) {
          expect(actual).toContain(name);
          expected.add(name);
        }
        expect([...actual].sort()).toEqual([...expected].sort());
      });
    }
    it(`has the feature gates of ${release}`, () => {
      const actual = [...data.gates.values()].filter((gate) => has(gate.in, minor)).map(({ name }) => name);
      const logging = ['ContextualLogging', 'LoggingAlphaOptions', 'LoggingBetaOptions'];
      expect(new Set([...actual, ...logging])).toEqual(new Set([...real[release]!['gates']!.split(' '), ...logging]));
    });
  }

  it('has the admission plugins of 1.37', () => {
    const actual = [...data.plugins].filter(([, ranges]) => has(ranges, 37)).map(([name]) => name);
    expect(actual.sort()).toEqual(real['1.37']!['plugins']!.split(' ').sort());
  });

  it.each([
    ['kubelet', 'network-plugin', 23],
    ['kubelet', 'image-pull-progress-deadline', 23],
    ['kubelet', 'cni-conf-dir', 23],
    ['kubelet', 'dynamic-config-dir', 23],
    ['kubelet', 'log-dir', 25],
    ['kubelet', 'container-runtime', 26],
    ['kubelet', 'pod-infra-container-image', 34],
    ['kube-apiserver', 'insecure-port', 23],
    ['kube-apiserver', 'logtostderr', 25],
    ['kube-controller-manager', 'pod-eviction-timeout', 26],
    ['kube-scheduler', 'policy-config-file', 22],
    ['kube-proxy', 'udp-timeout', 25],
  ] as const)('%s had --%s last in 1.%i', (component, flag, last) => {
    const known = data.flags[component].get(flag)!;
    expect([has(known.in, last), has(known.in, last + 1)]).toEqual([true, false]);
  });
});

describe('unknownFlags', () => {
  it.each(recorded<{ readonly argv: string[] }>('argv').map(({ argv, answer }) => [argv.join(' '), argv, answer] as const))(
    'kubelet %s',
    (_, argv, answer) => {
      const faults = [...unknownFlags('kubelet', argv, 37), ...unknownFeatureGates('kubelet', argv, 37)];
      const says = saysOf(answer);
      // A flag without its value is not judged.
      if (says?.startsWith('flag needs an argument')) return;
      expect(faults[0]?.says).toBe(says);
    },
  );

  it('says when a flag went, and what is there instead', () => {
    expect(unknownFlags('kubelet', ['--v=2', '--network-plugin', 'cni', '--image-pull-progress-deadline=2m'], 24)).toEqual([
      {
        flag: 'network-plugin',
        index: 1,
        lastIn: '1.23',
        removedIn: '1.24',
        since: undefined,
        near: undefined,
        replacement: 'the network settings of the container runtime',
        says: 'unknown flag: --network-plugin',
      },
      {
        flag: 'image-pull-progress-deadline',
        index: 3,
        lastIn: '1.23',
        removedIn: '1.24',
        since: undefined,
        near: undefined,
        replacement: 'the settings of the container runtime',
        says: 'unknown flag: --image-pull-progress-deadline',
      },
    ]);
    expect(unknownFlags('kubelet', ['--network-plugin=cni'], 23)).toEqual([]);
    expect(unknownFlags('kubelet', ['--config-dir=/x'], 27)).toMatchObject([{ since: '1.28' }]);
    expect(unknownFlags('kube-apiserver', ['--insecure-port=0'], 30)).toMatchObject([
      { replacement: '--secure-port', removedIn: '1.24' },
    ]);
    expect(unknownFlags('kube-proxy', ['--proxy-mod=ipvs'], 30)).toMatchObject([{ near: 'proxy-mode' }]);
    expect(unknownFlags('kubelet', ['-config=/x'], 30)).toMatchObject([
      { near: 'config', says: "unknown shorthand flag: 'c' in -config=/x" },
    ]);
  });

  it('is silent on placeholders, on names of Object, and outside of its releases', () => {
    expect(unknownFlags('kubelet', ['--${FLAG}=x', '{{ .x }}', '--{{ .Values.flag }}=1'], 30)).toEqual([]);
    expect(unknownFlags('kubelet', ['--node-ip=${IP}', '--network-plugin=${PLUGIN}'], 30)).toMatchObject([
      { flag: 'network-plugin' },
    ]);
    expect(unknownFlags('kubelet', ['--__proto__', '--constructor=1'], 30)).toHaveLength(2);
    expect(unknownFlags('kubelet', ['--constructor=1'], 30)[0]?.replacement).toBeUndefined();
    expect(unknownFlags('kubelet', ['--nope'], 19)).toEqual([]);
    expect(unknownFlags('kubelet', ['--nope'], 38)).toEqual([]);
  });
});

describe('feature gates and admission plugins', () => {
  it.each(
    recorded<{ readonly gates: Record<string, boolean> }>('gates').map(
      ({ gates, answer }) => [JSON.stringify(gates), gates, answer] as const,
    ),
  )('%s', (_, gates, answer) => {
    const says = saysOf(answer);
    // Gates that need each other are not judged.
    if (says?.includes('but depends on features')) return;
    const [[gate, value]] = Object.entries(gates) as [[string, boolean]];
    expect(gateFault(gate, value, 37)?.says).toBe(says);
  });

  it('knows when a gate went', () => {
    expect(
      unknownFeatureGates('kube-apiserver', ['--feature-gates=EphemeralContainers=true,kube:AllAlpha=false,CPUManager=true'], 27),
    ).toMatchObject([{ gate: 'EphemeralContainers', index: 0, lastIn: '1.26', removedIn: '1.27' }]);
    expect(gateFault('CPUManger', true, 30)).toMatchObject({ near: 'CPUManager' });
    expect(gateFault('CPUManager', false, 30)?.says).toBe(
      'cannot set feature gate CPUManager to false, feature is locked to true',
    );
    expect(gateFault('__proto__', true, 30)?.says).toBe('unrecognized feature gate: __proto__');
    expect(gateFault('${GATE}', true, 30)).toBeUndefined();
  });

  it('knows when an admission plugin went', () => {
    const argv = [
      '--enable-admission-plugins',
      'NodeRestriction,PodSecurityPolicy',
      '--disable-admission-plugins=SecurityContextDeny',
    ];
    expect(unknownAdmissionPlugins(argv, 24)).toEqual([]);
    expect(unknownAdmissionPlugins(argv, 30)).toMatchObject([
      {
        plugin: 'PodSecurityPolicy',
        index: 1,
        removedIn: '1.25',
        says: 'enable-admission-plugins plugin "PodSecurityPolicy" is unknown',
      },
      { plugin: 'SecurityContextDeny', index: 2, removedIn: '1.30' },
    ]);
  });
});

describe('componentCommand', () => {
  it.each<[string, unknown, Component | undefined]>([
    ['a static Pod', { image: 'registry.k8s.io/kube-apiserver:v1.30.2', command: ['kube-apiserver', '--v=2'] }, 'kube-apiserver'],
    ['a path', { image: 'x', command: ['/usr/local/bin/kube-proxy'], args: ['--config=/x'] }, 'kube-proxy'],
    [
      'hyperkube',
      { image: 'gcr.io/google-containers/hyperkube:v1.16.0', command: ['/hyperkube', 'kubelet', '--v=2'] },
      'kubelet',
    ],
    ['an image with flags only', { image: 'registry.k8s.io/kube-scheduler:v1.30.0', args: ['--v=2'] }, 'kube-scheduler'],
    [
      'the log runner',
      { image: 'x', command: ['/go-runner', '--log-file=/var/log/x', 'kube-scheduler', '--v=2'] },
      'kube-scheduler',
    ],
    ['a shell', { image: 'registry.k8s.io/kube-proxy:v1.30.0', command: ['/bin/sh', '-c', 'exec kube-proxy --x'] }, undefined],
    ['another program', { image: 'registry.k8s.io/kube-proxy:v1.30.0', command: ['/bin/iptables', '--x'] }, undefined],
    ['an image alone', { image: 'registry.k8s.io/kube-proxy:v1.30.0' }, undefined],
    ['another image', { image: 'nginx', args: ['--x'] }, undefined],
    ['numbers', { image: 'x', command: ['kubelet', 1] }, undefined],
    ['nothing', null, undefined],
  ])('%s', (_, container, component) => {
    expect(componentOf(container)).toBe(component);
  });

  it('tells where each argument stands', () => {
    expect(componentCommand({ image: 'kubelet:v1.24.3', command: ['kubelet', '--a'], args: ['--b'] })).toEqual({
      component: 'kubelet',
      argv: ['--a', '--b'],
      paths: [
        ['command', 1],
        ['args', 0],
      ],
      minor: 24,
    });
  });
});
