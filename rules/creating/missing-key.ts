import { closest, isWaitedFor, keysOf, missingKeySays, missingStatus, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/missing-key',
  level: 'error',
  predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
  states: ['S6', 'S10'],
  docs: {
    summary: 'A Pod asks for a key that the ConfigMap or Secret does not have',
    why:
      "The object is there, but not the key: the container is CreateContainerConfigError (`couldn't find key passwrod in Secret default/db`), or, where a volume " +
      'lists it under `items`, the Pod stays ContainerCreating. Keys are case-sensitive. Correct the key, add it, or set `optional: true`.',
    links: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: changeme
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: passwrod # expect: creating/missing-key
`,
    good: `apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: changeme
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: password
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      const { kind, namespace, name } = reference;
      if ((kind !== 'ConfigMap' && kind !== 'Secret') || reference.optional || reference.keys.length === 0) return;
      const known = keysOf(context.cluster, kind, namespace, name);
      if (known === undefined || !isWaitedFor(reference)) return;
      const target = context.cluster.get(kind, namespace, name);
      const object = target?.origin === 'fact' ? undefined : target;
      for (const { key, path } of reference.keys) {
        if (known.has(key)) continue;
        const near = closest(key, known);
        const list = [...known].sort();
        const has =
          list.length === 0
            ? 'it has none'
            : `it has ${list.length <= 5 ? list.join(', ') : `${list.slice(0, 5).join(', ')} and ${list.length - 5} more`}`;
        context.report({
          at: path,
          message: `${kind} ${name} has no key ${key}; ${near === undefined ? has : `did you mean ${near}?`}`,
          says: missingKeySays(reference, key),
          predicts: { component: 'kubelet', status: missingStatus(reference) },
          related: object && [
            {
              object,
              at: ['data', 'stringData', 'binaryData'].filter((field) => object.value[field] != null).slice(0, 1),
              part: 'key',
              message: `${kind} ${name} is defined here`,
            },
          ],
          fix:
            near === undefined
              ? undefined
              : { title: `Change the key to ${near}`, safe: false, changes: [{ set: path, to: near }] },
        });
      }
    },
  },
});
