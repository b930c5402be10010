import { describe, expect, it } from 'vitest';
import { commandFaults } from '../../src/kubelet/command.ts';
import { opensAnyway } from '../../src/kubelet/open-ports.ts';
import { crashStatus, statusOf } from '../../src/kubelet/status.ts';
import { unrunnable } from '../../src/kubelet/unrunnable.ts';
import { clusterOf } from '../support/cluster.ts';

function containers(spec: string) {
  return clusterOf(`apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n`).pods[0]!.containers;
}

describe('the word under STATUS', () => {
  const [init, sidecar, app] = containers(
    '{initContainers: [{name: i, image: x}, {name: s, image: x, restartPolicy: Always}], containers: [{name: a, image: x}]}',
  );
  const [once, always, never] = containers(
    '{restartPolicy: Never, initContainers: [{name: i, image: x}, {name: s, image: x, restartPolicy: Always}], containers: [{name: a, image: x}]}',
  );

  it('has Init: before it while init containers and sidecars start', () => {
    expect([init, sidecar, app].map((container) => statusOf(container!, 'ImagePullBackOff'))).toEqual([
      'Init:ImagePullBackOff',
      'Init:ImagePullBackOff',
      'ImagePullBackOff',
    ]);
  });

  it('is CrashLoopBackOff for what ends again and again, and its reason for what is started once', () => {
    expect([init, sidecar, app].map((container) => crashStatus(container!, 'Error'))).toEqual([
      'Init:CrashLoopBackOff',
      'Init:CrashLoopBackOff',
      'CrashLoopBackOff',
    ]);
    expect([once, always, never].map((container) => crashStatus(container!, 'StartError'))).toEqual([
      'Init:StartError',
      'Init:CrashLoopBackOff',
      'StartError',
    ]);
  });
});

describe('a command line that cannot be run', () => {
  const handler = (field: string): string =>
    `{containers: [{name: a, image: x, ${field.replace('COMMAND', `{exec: {command: ["pg_isready -U postgres"]}}`)}}]}`;
  it.each([
    ['command: ["pg_isready -U postgres"]', 'error', 'CrashLoopBackOff', 1],
    ['readinessProbe: COMMAND', 'error', 'Running', 1],
    ['startupProbe: COMMAND', 'error', 'Running', 1],
    ['livenessProbe: COMMAND', 'warning', 'Running', 0],
    ['lifecycle: {postStart: COMMAND}', 'error', 'CrashLoopBackOff', 1],
    ['lifecycle: {preStop: COMMAND}', 'warning', 'Running', 0],
  ])('%s: %s, %s', (field, level, status, pods) => {
    const [container] = containers(handler(field));
    const [fault] = commandFaults(container!.value);
    const found = unrunnable(container!, fault!);
    expect(found).toMatchObject({ level, predicts: { status } });
    expect(found.blocks).toHaveLength(pods);
  });
});

describe('ports that programs open undeclared', () => {
  it.each([
    ['registry.k8s.io/ingress-nginx/controller:v1.13.0', 10254, true],
    ['mirror.example.com/k8s/ingress-nginx/controller:v1.13.0', 10254, true],
    ['ghcr.io/acme/controller:1', 10254, false],
    ['calico/node:v3', 9099, true],
    ['node:24', 9099, false],
    ['coredns:1.11', 8181, true],
    ['registry.k8s.io/coredns/coredns:v1', 8081, false],
    ['registry.k8s.io/kube-proxy-amd64:v1.20.0', 10256, true],
    ['Bad:Name:', 80, false],
  ])('%s opens %d: %s', (image, port, expected) => expect(opensAnyway({ image }, port)).toBe(expected));
});
