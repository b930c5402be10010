import { describe, rule, tooEarly } from '../../src/rule.ts';

export default rule({
  id: 'rejected/applied-too-early',
  level: 'warning',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S10', 'S18'],
  docs: {
    summary:
      'An object is sent before what it needs: the first `kubectl apply` of the folder refuses it, the second one takes it',
    why:
      'kubectl apply -f sends objects in the order of the file names, and of the documents in a file. What stands in a Namespace that comes later is refused ' +
      '(`namespaces "shop" not found`), and so is a Pod whose ServiceAccount, PriorityClass or RuntimeClass comes later. A custom resource is refused wherever its ' +
      'CustomResourceDefinition stands in the same apply, since kubectl looks up all kinds before it sends anything. Put what is needed first ' +
      '(`00-namespace.yaml`), or apply definitions on their own and wait for them.',
    limits:
      'only files of one folder are compared, since folders may be applied one after the other, and not those of a folder that defines an object in two files: such ' +
      'samples nobody applies together. Kustomizations, charts, and sets with marks of Helm, Argo CD or Flux are left out: ' +
      'these tools put what others need first.',
    links: [
      'https://kubernetes.io/docs/concepts/workloads/management/',
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop # expect: rejected/applied-too-early
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
`,
    good: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
`,
  },
  fix: 'never',
  evidence: 'apply',
  visit: {
    Cluster(cluster, context) {
      for (const { object, path, needed, more, says } of tooEarly(cluster)) {
        const others = more === 0 ? '' : `, as do ${more} more ${more === 1 ? 'object' : 'objects'}`;
        const defines = needed.kind === 'CustomResourceDefinition';
        context.report({
          object,
          at: path,
          message: defines
            ? `${describe(object)} is of a kind that ${describe(needed)} defines in the same apply${others}: the first one fails; apply the definition on its own and wait for it (\`kubectl wait --for=condition=Established\`), or apply twice`
            : `${describe(object)} needs ${describe(needed)}, which is sent after it${others}: the first apply fails; put it into a file that comes first, or apply twice`,
          says,
          blocks: [],
          related: [{ object: needed, at: ['metadata', 'name'], message: `${describe(needed)} is here` }],
        });
      }
    },
  },
});
