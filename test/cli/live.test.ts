/** Facts that hold the very objects that are applied, as a dump of a live cluster does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podlintCli, temporary } from '../support/built.ts';

const pod = (image: string, port = 8080) => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'web',
        image,
        ports: [{ containerPort: 80, hostPort: port, protocol: 'TCP' }],
        resources: { requests: { cpu: '3' } },
      },
    ],
  },
});
const workload = (kind: string, name: string, template: object, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
});
const ownedBy = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }],
});
const old = pod('nginx:1.28');
const live = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } },
      status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
    },
    workload('Deployment', 'web', old),
    workload('ReplicaSet', 'web-5d4', old, ownedBy('Deployment', 'web')),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-5d4-x', namespace: 'shop', labels: { app: 'web' }, ...ownedBy('ReplicaSet', 'web-5d4') },
      spec: { ...old.spec, nodeName: 'n1' },
      status: { phase: 'Running' },
    },
  ],
};

describe('facts that hold what is applied', () => {
  let folder: string;
  let remove: () => void;
  beforeAll(() => {
    ({ folder, remove } = temporary({
      'k8s/live.json': JSON.stringify(live),
      'k8s/web.json': JSON.stringify(workload('Deployment', 'web', pod('nginx:1.29'))),
      'other.json': JSON.stringify(workload('Deployment', 'other', pod('nginx:1.29'))),
    }));
  });
  afterAll(() => remove());

  it('do not take the room of what replaces them', () => {
    expect(podlintCli(['--cluster', 'k8s/live.json', 'k8s/web.json'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  it('take the room of everything else', () => {
    const { code, out } = podlintCli(['--cluster', 'k8s/live.json', '--format', 'unix', 'other.json'], { cwd: folder });
    expect(code).toBe(1);
    expect(out).toMatch(/no node with port 8080 of the host free/);
  });

  it('do not answer a Service with the labels that their Pods had', () => {
    const facts = { ...live, items: live.items.filter(({ kind }) => kind === 'Deployment' || kind === 'Namespace') };
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    const renamed = { ...pod('nginx:1.29'), metadata: { labels: { app: 'storefront' } } };
    const { folder: own, remove: forget } = temporary({
      'facts.json': JSON.stringify(facts),
      'set/service.json': JSON.stringify(service),
      'set/web.json': JSON.stringify(workload('Deployment', 'web', renamed)),
    });
    const { out } = podlintCli(['--cluster', 'facts.json', '--format', 'unix', 'set'], { cwd: own });
    forget();
    expect(out).toMatch(/service\.json:.* no Pod in namespace shop has the labels app=web/);
    expect(out).not.toMatch(/but in namespace/);
  });

  it('are not judged where they lie among the manifests', () => {
    const { out } = podlintCli(['--cluster', 'k8s/live.json', 'k8s'], { cwd: folder });
    expect(out).toMatch(/judged 1 object in 1 file /);
    expect(podlintCli(['--cluster', 'k8s/live.json', 'k8s/live.json'], { cwd: folder })).toMatchObject({ code: 2 });
  });
});
