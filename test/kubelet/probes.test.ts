import { describe, expect, it } from 'vitest';
import { declaredPorts, portTargetOf, probePort, startBudget, unaskedProbe } from '../../src/kubelet/probes.ts';
import { recorded, saysOf } from './recorded.ts';

describe('probePort', () => {
  it.each(
    recorded<{ readonly port: number | string; readonly container: unknown }>('port').map(
      ({ port, container, answer }) => [JSON.stringify(port), port, container, answer] as const,
    ),
  )('agrees with the kubelet on %s', (_, port, container, answer) => {
    const verdict = probePort({ httpGet: { port } }, container);
    const says = saysOf(answer);
    if (typeof port === 'string')
      expect(verdict.is === 'unnamed' ? verdict.message : verdict).toEqual(says ?? { is: 'declared', port: answer });
    // The API server takes no number that the kubelet would refuse.
    else expect(verdict.is).not.toBe('unnamed');
  });

  const app = {
    name: 'app',
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 9090 },
    ],
  };
  it.each<[string, unknown, unknown, unknown, unknown]>([
    ['a declared number', { tcpSocket: { port: 9090 } }, app, undefined, { is: 'declared', port: 9090 }],
    ['a name', { httpGet: { port: 'http' } }, app, undefined, { is: 'declared', port: 8080 }],
    [
      'a slip in a name',
      { httpGet: { port: 'htpp' } },
      app,
      undefined,
      { is: 'unnamed', name: 'htpp', near: 'http', message: 'port "htpp" not found' },
    ],
    ['a swapped number', { httpGet: { port: 8008 } }, app, undefined, { is: 'undeclared', port: 8008, near: { port: 8080 } }],
    ['another number', { grpc: { port: 8081 } }, app, undefined, { is: 'undeclared', port: 8081, near: undefined }],
    [
      'a number that the arguments mention',
      { grpc: { port: 8081 } },
      { ...app, args: ['--health=:8081'] },
      undefined,
      { is: 'open' },
    ],
    [
      'a number that only begins alike',
      { grpc: { port: 808 } },
      { ...app, args: ['--x=8080'] },
      undefined,
      { is: 'undeclared', near: { port: 8080 } },
    ],
    ['another host', { httpGet: { port: 1, host: 'example.com' } }, app, undefined, { is: 'open' }],
    ['no ports', { httpGet: { port: 80 } }, { name: 'app' }, undefined, { is: 'open' }],
    ['a placeholder', { httpGet: { port: '${PORT}' } }, app, undefined, { is: 'open' }],
    ['exec', { exec: { command: ['true'] } }, app, undefined, { is: 'open' }],
    ['nothing', null, app, undefined, { is: 'open' }],
  ])('%s', (_, probe, container, podSpec, expected) => {
    expect(probePort(probe, container, podSpec)).toMatchObject(expected as object);
  });

  it('knows that the containers of a Pod share numbers, and not names', () => {
    const sidecar = { name: 'proxy', ports: [{ name: 'admin', containerPort: 15020 }] };
    const spec = { containers: [app, sidecar] };
    expect(probePort({ httpGet: { port: 15020 } }, app, spec)).toEqual({ is: 'declared', port: 15020 });
    expect(probePort({ httpGet: { port: 'admin' } }, app, spec, 36)).toEqual({
      is: 'unnamed',
      name: 'admin',
      near: undefined,
      elsewhere: 'proxy',
      message: 'port admin not found',
    });
  });

  it('reads ports and targets of any shape', () => {
    expect(declaredPorts({ ports: [null, 1, {}, { containerPort: '80' }, { containerPort: 80 }] })).toEqual([
      { name: undefined, port: 80, protocol: 'TCP', path: ['ports', 4] },
    ]);
    expect(portTargetOf({ httpGet: { port: null } })).toBeUndefined();
    expect(portTargetOf({ grpc: { port: 5 } })).toEqual({ handler: 'grpc', port: 5, path: ['grpc', 'port'], host: undefined });
  });
});

describe('unaskedProbe', () => {
  it('says what the kubelet says in an Event', () => {
    expect(unaskedProbe('readinessProbe', 'app', 'port "x" not found')).toEqual({
      says: 'Readiness probe errored and resulted in unknown state: port "x" not found',
      status: 'Running',
      ready: false,
    });
    expect(unaskedProbe('livenessProbe', 'app', 'port x not found', 30)).toEqual({
      says: 'Liveness probe errored: port x not found',
      status: 'Running',
      ready: true,
    });
    expect(unaskedProbe('startupProbe', 'sidecar', 'm')).toMatchObject({ status: 'Init', ready: false });
  });
});

describe('startBudget', () => {
  it.each<[unknown, unknown]>([
    [{ livenessProbe: {} }, { seconds: 21, by: 'livenessProbe' }],
    [
      { livenessProbe: { initialDelaySeconds: 15, periodSeconds: 10, failureThreshold: 3 } },
      { seconds: 41, by: 'livenessProbe' },
    ],
    [
      { livenessProbe: {}, startupProbe: { periodSeconds: 10, failureThreshold: 30 } },
      { seconds: 291, by: 'startupProbe' },
    ],
    [{ readinessProbe: {} }, undefined],
    [{ livenessProbe: { periodSeconds: 'x', failureThreshold: -1 } }, { seconds: 21, by: 'livenessProbe' }],
    [null, undefined],
  ])('%j', (container, expected) => {
    expect(startBudget(container)).toEqual(expected);
  });
});
