import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CLI, podlintCli, temporary } from '../support/built.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      imagePullPolcy: Always
`;
/** What `kubectl get deploy,svc -o yaml` prints: a List, with what the server and the controllers have added. */
const FROM_SERVER = `apiVersion: v1
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    annotations:
      deployment.kubernetes.io/revision: "1"
    creationTimestamp: "2026-03-01T10:00:00Z"
    generation: 1
    managedFields:
    - apiVersion: apps/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:labels:
            .: {}
            f:app: {}
      manager: kubectl
      operation: Update
      time: "2026-03-01T10:00:00Z"
    labels:
      app: web
    name: web
    namespace: shop
    resourceVersion: "12"
    uid: 8f5c4e4e-6f0a-4a53-9d0e-2c3f1b7c7f57
  spec:
    progressDeadlineSeconds: 600
    replicas: 1
    revisionHistoryLimit: 10
    selector:
      matchLabels:
        app: web
    strategy:
      rollingUpdate:
        maxSurge: 25%
        maxUnavailable: 25%
      type: RollingUpdate
    template:
      metadata:
        creationTimestamp: null
        labels:
          app: web
      spec:
        containers:
        - image: nginx:1.29
          imagePullPolicy: IfNotPresent
          name: web
          resources: {}
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
        dnsPolicy: ClusterFirst
        restartPolicy: Always
        schedulerName: default-scheduler
        securityContext: {}
        terminationGracePeriodSeconds: 30
  status:
    availableReplicas: 1
    conditions:
    - lastTransitionTime: "2026-03-01T10:00:05Z"
      lastUpdateTime: "2026-03-01T10:00:05Z"
      message: Deployment has minimum availability.
      reason: MinimumReplicasAvailable
      status: "True"
      type: Available
    observedGeneration: 1
    readyReplicas: 1
    replicas: 1
    updatedReplicas: 1
- apiVersion: v1
  kind: Service
  metadata:
    creationTimestamp: "2026-03-01T10:00:00Z"
    name: web
    namespace: shop
    resourceVersion: "13"
    uid: 0b6b1c1e-2f5e-4c5b-8f0e-0a8a1a2f9d11
  spec:
    clusterIP: 10.96.12.1
    clusterIPs:
    - 10.96.12.1
    internalTrafficPolicy: Cluster
    ipFamilies:
    - IPv4
    ipFamilyPolicy: SingleStack
    ports:
    - port: 80
      protocol: TCP
      targetPort: 80
    selector:
      app: web
    sessionAffinity: None
    type: ClusterIP
  status:
    loadBalancer: {}
kind: List
metadata:
  resourceVersion: ""
`;

describe('standard input', () => {
  it('is -, and is called <stdin> or as one likes', () => {
    expect(podlintCli(['-f', 'unix', '-'], { input: POD })).toMatchObject({ code: 1, err: '' });
    expect(podlintCli(['-f', 'unix', '-'], { input: POD }).out).toMatch(/^<stdin>:9:7: error: /);
    expect(podlintCli(['-f', 'unix', '--stdin-filename', 'k8s/web.yaml', '-'], { input: POD }).out).toMatch(
      /^k8s\/web\.yaml:9:7: error: /,
    );
    // As kubectl takes it.
    expect(podlintCli(['-f', '-', '-f', 'unix'], { input: POD }).out).toMatch(/^<stdin>:9:7: error: /);
  });

  it('takes what kubectl get prints: a List with status and managedFields', () => {
    const { code, out } = podlintCli(['-'], { input: FROM_SERVER });
    expect(out).toBe('Nothing found: judged 2 objects in 1 file for Kubernetes 1.37.\n');
    expect(code).toBe(0);
    const broken = podlintCli(['-f', 'unix', '-'], { input: FROM_SERVER.replace('targetPort', 'targetPrt') });
    expect(broken.out).toMatch(/^<stdin>:\d+:\d+: error: ServicePort has no field "targetPrt".*\n$/);
  });

  it('takes JSON, also several objects after each other', () => {
    const pod = (name: string, field: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { containers: [{ name: 'a', image: 'nginx:1.29', [field]: 'Always' }] },
      });
    const { out, code } = podlintCli(['-f', 'unix', '-'], {
      input: `${pod('a', 'imagePullPolicy')}\n${pod('b', 'imagePullPolcy')}\n`,
    });
    expect(out).toMatch(/^<stdin>:2:\d+: error: Container has no field "imagePullPolcy"/);
    expect(code).toBe(1);
  });

  it('that holds nothing is no success', () => {
    for (const input of ['', '\n', '# nothing\n', '---\n---\n']) {
      const { code, err } = podlintCli(['-'], { input });
      expect(err, JSON.stringify(input)).toContain('no Kubernetes objects');
      expect(code, JSON.stringify(input)).toBe(2);
    }
  });

  it('that is closed is no success either', () => {
    const { status, stderr } = spawnSync('bash', ['-c', '"$0" "$1" - <&-', process.execPath, CLI], { encoding: 'utf8' });
    expect(stderr).toContain('no Kubernetes objects');
    expect(status).toBe(2);
  });

  it('may come in pieces', () => {
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', '(head -c 40; sleep 0.2; cat) <<<"$2" | "$0" "$1" -f unix -', process.execPath, CLI, POD],
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^<stdin>:9:7: /);
    expect(status).toBe(1);
  });

  it('goes with files and folders', () => {
    const { folder, remove } = temporary({ 'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n' });
    const input = POD.replace('imagePullPolcy: Always', 'envFrom: [{ configMapRef: { name: setings } }]');
    try {
      expect(podlintCli(['-f', 'unix', '-', 'settings.yaml'], { cwd: folder, input }).out).toContain(
        'creating/missing-config-map',
      );
    } finally {
      remove();
    }
  });

  it('shows no progress where nobody looks', () => {
    const { err } = podlintCli(['-'], {
      input: Array.from({ length: 20_000 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i} }\n`).join(
        '---\n',
      ),
    });
    expect(err).toBe('');
  });
});
