import { describe, expect, it } from 'vitest';
import { undefinedVariables } from '../../src/kubelet/environment.ts';
import { environmentFacts, namesReferredTo } from '../../src/kubelet/environment-facts.ts';
import { clusterOf } from '../support/cluster.ts';

const pod = (container: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: api}
spec: {containers: [{name: api, image: nginx, ${container}}]${more}}
`;
const rest = `
---
apiVersion: v1
kind: Service
metadata: {name: my-db}
spec: {ports: [{port: 5432, name: pg}]}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere, namespace: other}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {LEVEL: info}
binaryData: {BLOB: AAAA}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
data: {USER: dQ==}
stringData: {PASSWORD: p}
`;

function undefinedIn(text: string, facts?: string): string[] {
  const cluster = clusterOf(text + rest, { facts });
  const container = cluster.pods[0]!.containers[0]!;
  const names = namesReferredTo(container.value);
  return undefinedVariables(container.value, environmentFacts(container, names, cluster)).map(({ name }) => name);
}

describe('what the cluster knows of an environment', () => {
  it('finds the names in all places', () => {
    const { value } = clusterOf(
      pod(
        `command: [a, '$(A)'], args: ['$(B)$$(NOT)'], env: [{name: X, value: '$(C)'}], livenessProbe: {exec: {command: ['$(D)']}}, volumeMounts: [{name: v, mountPath: /v, subPathExpr: '$(E)'}]`,
      ),
    ).pods[0]!.containers[0]!;
    expect([...namesReferredTo(value)].sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(namesReferredTo(null).size + namesReferredTo([]).size + namesReferredTo({ args: 5, env: 'x' }).size).toBe(0);
  });

  it('has ConfigMaps and Secrets of the namespace, and not what is binary', () => {
    const from = `envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}}]`;
    expect(undefinedIn(pod(`args: ['$(LEVEL) $(USER) $(PASSWORD) $(BLOB)'], ${from}`))).toEqual(['BLOB']);
    // Nobody knows what is in one that is not there.
    expect(undefinedIn(pod(`args: ['$(ANYTHING)'], envFrom: [{configMapRef: {name: other}}]`))).toEqual([]);
    expect(undefinedIn(pod(`args: ['$(ANYTHING)'], envFrom: [{configMapRef: {name: other}}]`), '')).toEqual([]);
  });

  it('has the Services of the namespace, and others only while the world is open', () => {
    const args = `args: ['$(MY_DB_SERVICE_HOST) $(MY_DB_PORT_5432_TCP_ADDR) $(MY_DB_SERVICE_PORT_PG) $(ELSEWHERE_SERVICE_HOST) $(NEW_SERVICE_HOST)']`;
    expect(undefinedIn(pod(args))).toEqual([]);
    expect(undefinedIn(pod(args), '')).toEqual(['ELSEWHERE_SERVICE_HOST', 'NEW_SERVICE_HOST']);
    expect(undefinedIn(pod(args, ', enableServiceLinks: false'), '')).toContain('MY_DB_SERVICE_HOST');
    expect(undefinedIn(pod(`args: ['$(KUBERNETES_SERVICE_HOST)']`, ', enableServiceLinks: false'), '')).toEqual([]);
  });

  it('hands over only the Services that a name may be of', () => {
    const many = Array.from(
      { length: 300 },
      (_, i) => `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec: {ports: [{port: 80}]}\n`,
    ).join('');
    const cluster = clusterOf(pod(`args: ['$(S7_SERVICE_HOST) $(S77_PORT)']`) + many);
    const container = cluster.pods[0]!.containers[0]!;
    expect([...environmentFacts(container, namesReferredTo(container.value), cluster).services!]).toHaveLength(2);
  });
});
