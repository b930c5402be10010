import { asObject, describe, isUnknown, type KubeObject, rule } from '../../src/rule.ts';

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
      // Two files that define the same objects are alternatives, or one is a copy: one finding for both says it.
      const pairs = new Map<string, { first: KubeObject; second: KubeObject; more: number }>();
      for (const object of cluster.own) {
        if (object.origin !== 'set' || object.name === '' || isUnknown(object.name)) continue;
        // generateName makes a new name each time.
        if (asObject(object.value['metadata'])?.['name'] === undefined) continue;
        const key = `${object.group}/${object.kind}/${object.namespace}/${object.name}`;
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, object);
          continue;
        }
        const [one, other] = [first.document.file.path, object.document.file.path];
        const pair = one === other ? `${one}\0${key}` : `${one}\0${other}`;
        const known = pairs.get(pair);
        if (known) known.more++;
        else pairs.set(pair, { first, second: object, more: 0 });
      }
      for (const { first, second, more } of pairs.values()) {
        const rest = more === 0 ? '' : `, and so ${more === 1 ? 'is 1 more object' : `are ${more} more objects`} of this file`;
        context.report({
          object: second,
          at: ['metadata', 'name'],
          message: `${describe(second)} is defined twice${rest}; applied together, the last one overwrites the first`,
          related: [{ object: first, at: ['metadata', 'name'], message: 'the first one is here' }],
        });
      }
    },
  },
});
