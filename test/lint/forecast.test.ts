import { describe, expect, it } from 'vitest';
import { podlint, type SourceText } from '../../src/index.ts';

const workload = (kind: string, more: string, replicas = 3): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: app
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: app }
${more}`;
const template = (spec: string): string => `  template:
    metadata:
      labels: { app: app }
    spec:
${spec}`;
const MISSING = template(`      containers:
        - name: app
          image: nginx:1.29
          envFrom:
            - secretRef: { name: nowhere }
`);
const WORLD = { path: 'facts.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n' };

async function rows(text: string, facts: readonly SourceText[] = [WORLD]) {
  const { forecast } = await podlint([{ path: 'a.yaml', text }], { facts });
  return forecast.flatMap(({ statuses }) =>
    statuses.map(({ status, pods, certain }) => `${pods} ${status}${certain ? '' : '?'}`),
  );
}

describe('the forecast', () => {
  it('gives all Pods of a Deployment the same fate', async () => {
    expect(await rows(workload('Deployment', MISSING))).toEqual(['3 CreateContainerConfigError']);
  });

  it('lets a StatefulSet make one Pod after the other', async () => {
    const named = '  serviceName: ""\n';
    expect(await rows(workload('StatefulSet', named + MISSING))).toEqual(['1 CreateContainerConfigError', '2 NotCreated']);
    expect(await rows(workload('StatefulSet', named + MISSING, 1))).toEqual(['1 CreateContainerConfigError']);
    const parallel = '  podManagementPolicy: Parallel\n';
    expect(await rows(workload('StatefulSet', named + parallel + MISSING))).toEqual(['3 CreateContainerConfigError']);
    const account = template(
      '      serviceAccountName: nobody\n      containers:\n        - name: app\n          image: nginx:1.29\n',
    );
    expect(await rows(workload('StatefulSet', named + account))).toEqual(['3 FailedCreate']);
  });

  it('shows what stops an init container before what would stop the others', async () => {
    const both = template(`      initContainers:
        - name: first
          image: nginx:1.29
          envFrom:
            - secretRef: { name: nowhere }
      containers:
        - name: app
          image: Nginx
`);
    expect(await rows(workload('Deployment', both, 1))).toEqual(['1 Init:CreateContainerConfigError']);
  });

  it('does not say whose Pods are kept where that is open', async () => {
    const port = (name: string, kind: string, tolerations: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
${tolerations}      containers:
        - name: app
          image: nginx:1.29
          ports: [{ containerPort: 80, hostPort: 80 }]
`;
    const everywhere = '      tolerations: [{ operator: Exists }]\n';
    const two = [port('one', 'DaemonSet', everywhere), port('two', 'DaemonSet', everywhere)].join('---\n');
    const { findings, forecast } = await podlint([{ path: 'a.yaml', text: two }]);
    expect(findings.map(({ ruleId, level }) => [ruleId, level])).toEqual([['pending/host-port-taken', 'error']]);
    expect(forecast.map(({ statuses }) => statuses.map(({ status, certain }) => [status, certain]))).toEqual([
      [['Pending', false]],
      [['Pending', false]],
    ]);
  });
});
