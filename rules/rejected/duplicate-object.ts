import { describe, type KubeObject, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/duplicate-object',
  level: 'warning',
  states: ['S18'],
  docs: {
    summary: 'The same object is defined twice in one set',
    why:
      'kubectl apply sends both, and the second overwrites the first without a word; kubectl create refuses it with AlreadyExists, and kustomize and Argo CD refuse the set. ' +
      'Which one wins depends on the names of the files. Folders that define the same objects are taken for alternatives (environments) and judged apart.',
    links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/names/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings # expect: rejected/duplicate-object
data:
  mode: slow
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-batch
data:
  mode: slow
`,
  },
  fix: 'never',
  evidence: { none: 'kubectl apply sends both, and the last one stands' },
  visit: {
    Cluster(cluster, context) {
      const seen = new Map<string, KubeObject>();
      for (const object of cluster.objects) {
        if (object.origin !== 'set' || object.name === '' || object.name.includes('${')) continue;
        // generateName makes a new name each time.
        if ((object.value['metadata'] as { name?: unknown } | undefined)?.name === undefined) continue;
        const key = `${object.group}/${object.kind}/${object.namespace}/${object.name}`;
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, object);
          continue;
        }
        context.report({
          object,
          at: ['metadata', 'name'],
          message: `${describe(object)} is defined twice; applied together, this one overwrites the first`,
          related: [{ object: first, at: ['metadata', 'name'], message: 'the first one is here' }],
        });
      }
    },
  },
});
