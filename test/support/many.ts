/** Apply sets of any size, with something for every room and for most rules to look at. */
import type { SourceText } from '../../src/index.ts';

/** So many shops, in one namespace or in one each, all of one apply set; `broken`: with texts that cannot be read, which leave much open. */
export function manyShops(count: number, namespaceOf: (index: number) => string, broken: boolean): SourceText[] {
  return Array.from({ length: count }, (_, i) => ({
    path: `shops/shop-${i}.yaml`,
    text: shop(i, namespaceOf(i)) + (broken ? brokenShop(i) : ''),
  }));
}

function brokenShop(i: number): string {
  return `---
kind: [broken
---
apiVersion: v1
kind: Widget
metadata: {name: w-${i}}
---
apiVersion: shop-${i}.example.com/v1
kind: Thing
metadata: {name: thing-${i}}
spec: {size: huge, colour: red}
`;
}

function shop(i: number, namespace: string): string {
  return `# podlint-ignore-file fragile/*: as it was
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${i}
  namespace: ${namespace}
  annotations:
    podlint.dev/ignore: "image/misspelt-name: meant"
spec:
  replicas: 2
  selector:
    matchLabels: {app: web-${i}}
  template:
    metadata:
      labels: {app: web-${i}, tier: front}
    spec:
      serviceAccountName: shopkeeper-${i}
      imagePullSecrets: [{name: registry-${i}}]
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {tier: front}}}
      initContainers:
        - name: wait
          image: busybox
          command: ["sh -c sleep 1"]
      containers:
        - name: web
          image: ngnix:1.29
          args: ["--port=$(PORT)", "$(MISSING_${i})"]
          ports: [{containerPort: 8080, hostPort: ${8000 + i}}]
          env:
            - {name: PORT, value: "8080"}
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: credentails-${i}, key: password}}}
            - {name: MODE, valueFrom: {configMapKeyRef: {name: settings-${i}, key: modus}}}
            - {name: JAVA_OPTS, value: "-Xmx600m"}
          envFrom: [{secretRef: {name: absent-${i}}}]
          livenessProbe: {httpGet: {path: /, port: 9090}}
          resources: {limits: {memory: 512Mi}, requests: {cpu: 100m}}
          volumeMounts: [{name: data, mountPath: /data}]
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: data-${i}}
---
apiVersion: v1
kind: Service
metadata: {name: web-${i}, namespace: ${namespace}}
spec:
  selector: {app: web-${i}}
  ports: [{port: 80, targetPort: htpp}]
---
apiVersion: v1
kind: Service
metadata: {name: lost-${i}, namespace: ${namespace}}
spec:
  selector: {app: wbe-${i}}
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web-${i}, namespace: ${namespace}}
spec:
  tls: [{hosts: [shop-${i}.example.com], secretName: tls-${i}}]
  rules:
    - host: shop-${i}.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: wbe-${i}, port: {number: 80}}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web-${i}, namespace: ${namespace}}
spec:
  minAvailable: 2
  selector: {matchLabels: {app: web-${i}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web-${i}, namespace: ${namespace}}
spec:
  minReplicas: 2
  maxReplicas: 4
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-${i}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db-${i}, namespace: ${namespace}}
spec:
  serviceName: db-${i}
  replicas: 1
  selector:
    matchLabels: {app: db-${i}}
  template:
    metadata:
      labels: {app: db-${i}}
    spec:
      containers:
        - {name: db, image: "postgres:17", resources: {requests: {cpu: 200m}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report-${i}, namespace: ${namespace}}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - {name: report, image: "registry.example.com/report:1", command: ["echo $HOME"]}
---
apiVersion: v1
kind: Secret
metadata: {name: credentials-${i}, namespace: ${namespace}}
stringData: {password: correct-horse-${i}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings-${i}, namespace: ${namespace}}
data: {mode: fast, listen: "0.0.0.0"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings-${i}, namespace: ${namespace}}
data: {mode: slow}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-${i}, namespace: ${namespace}}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: quick
  resources: {requests: {storage: 1Gi}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: clerk-${i}, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: clerk-${i}}
subjects: [{kind: ServiceAccount, name: clerk-${i}, namespace: ${namespace}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-${i}, namespace: ${namespace}}
spec:
  podSelector: {matchLabels: {app: web-${i}}}
  ingress: [{from: [{podSelector: {matchLabels: {app: gate-${i}}}}]}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.shop-${i}.example.com}
spec:
  group: shop-${i}.example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: string, pattern: "^([0-9]+(ms|s|m))+$"}}}
---
apiVersion: v1
kind: Pod
metadata: {name: loose-${i}, namespace: ${namespace}}
spec:
  containers:
    - {name: a, image: "nginx:1.29", imagePullPolicy: Alwys}
  nodeSelector: {disk: ssd-${i}}
  restartPolicy: Never
  unknown: 1
`;
}

/** Facts that close the world: a few nodes, and so many Pods that run. */
export function manyFacts(count: number): SourceText[] {
  const nodes = Array.from(
    { length: 3 },
    (_, i) => `apiVersion: v1
kind: Node
metadata: {name: node-${i}, labels: {kubernetes.io/hostname: node-${i}}}
status: {allocatable: {cpu: "64", memory: 256Gi, pods: "110"}}
`,
  );
  const pods = Array.from(
    { length: count },
    (_, i) => `apiVersion: v1
kind: Pod
metadata: {name: running-${i}, namespace: busy, labels: {app: running-${i}}}
spec:
  nodeName: node-${i % 3}
  containers:
    - {name: a, image: "nginx:1.29", resources: {requests: {cpu: 1m}}}
`,
  );
  return [{ path: 'facts.yaml', text: [...nodes, ...pods].join('---\n') }];
}
