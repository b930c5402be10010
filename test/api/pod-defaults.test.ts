import { describe, expect, test } from 'vitest';
import {
  gracePeriodOf,
  hostPortOf,
  imagePullPolicyOf,
  probeTimesOf,
  protocolOf,
  restartPolicyOf,
} from '../../src/api/pod-defaults.ts';

// What the server stored of each.
describe('imagePullPolicy', () => {
  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['registry.example.com:5000/app', 'Always'],
    ['registry.example.com:5000/app:v1', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
    [`nginx:latest@sha256:${'a'.repeat(64)}`, 'Always'],
    ['UPPER', 'IfNotPresent'],
    ['a:b:c', 'IfNotPresent'],
    ['nginx:${TAG}', undefined],
  ])('%s: %s', (image, policy) => {
    expect(imagePullPolicyOf({ image })).toBe(policy);
  });

  test('as written', () => {
    expect(imagePullPolicyOf({ image: 'nginx', imagePullPolicy: 'Never' })).toBe('Never');
    expect(imagePullPolicyOf({ image: 'nginx', imagePullPolicy: '${POLICY}' })).toBeUndefined();
    expect(imagePullPolicyOf({ image: 'nginx', imagePullPolicy: null })).toBe('Always');
  });
});

test('restartPolicy and protocol', () => {
  expect(restartPolicyOf({})).toBe('Always');
  expect(restartPolicyOf({ restartPolicy: '' })).toBe('Always');
  expect(restartPolicyOf({ restartPolicy: 'Never' })).toBe('Never');
  expect(protocolOf({})).toBe('TCP');
  expect(protocolOf({ protocol: 'UDP' })).toBe('UDP');
});

test('a negative grace period is one second in a Pod', () => {
  expect(gracePeriodOf({ terminationGracePeriodSeconds: -5 }, true)).toBe(1);
  expect(gracePeriodOf({ terminationGracePeriodSeconds: -5 }, false)).toBe(-5);
  expect(gracePeriodOf({ terminationGracePeriodSeconds: 0 }, true)).toBe(0);
  expect(gracePeriodOf({}, true)).toBe(30);
  expect(gracePeriodOf({ terminationGracePeriodSeconds: '${PERIOD}' }, true)).toBeNaN();
});

test('hostPort follows from hostNetwork', () => {
  expect(hostPortOf({ containerPort: 80 }, true)).toBe(80);
  expect(hostPortOf({ containerPort: 80 }, false)).toBe(0);
  expect(hostPortOf({ containerPort: 80, hostPort: 8080 }, true)).toBe(8080);
  expect(hostPortOf({ containerPort: 80, hostPort: '${PORT}' }, true)).toBeNaN();
});

test('zero stands for the default of a probe', () => {
  const times = { initialDelaySeconds: 0, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  expect(probeTimesOf({})).toEqual(times);
  expect(probeTimesOf({ timeoutSeconds: 0, periodSeconds: 0, successThreshold: 0, failureThreshold: 0 })).toEqual(times);
  expect(probeTimesOf({ initialDelaySeconds: 3, periodSeconds: 5 })).toEqual({
    ...times,
    initialDelaySeconds: 3,
    periodSeconds: 5,
  });
});
