import { isSlip, type KubeObject, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/missing-namespace',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S10'],
  docs: {
    summary: 'An object is in a namespace that does not exist',
    why:
      'The API server refuses it: `namespaces "shpo" not found`. Nothing creates a namespace by itself. Add a Namespace to the set, before the objects in it, or correct the name. ' +
      'It is told once for each namespace.',
    limits: 'without facts the namespace may exist already: it speaks only of near misses then.',
    links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shpo # expect: rejected/missing-namespace
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
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Cluster(cluster, context) {
      const first = new Map<string, { object: KubeObject; count: number }>();
      for (const object of cluster.own) {
        if (object.origin !== 'set' || object.namespace === '') continue;
        const known = first.get(object.namespace);
        if (known) known.count++;
        else first.set(object.namespace, { object, count: 1 });
      }
      for (const [namespace, { object, count }] of first) {
        if (cluster.presence('Namespace', '', namespace).state !== 'absent') continue;
        const near = cluster.nearMiss('Namespace', '', namespace)?.name;
        if (!cluster.closed && (near === undefined || !isSlip(namespace, near))) continue;
        const written = (object.value['metadata'] as { namespace?: unknown } | undefined)?.namespace === namespace;
        context.report({
          object,
          at: written ? ['metadata', 'namespace'] : ['metadata', 'name'],
          level: cluster.closed ? 'error' : 'warning',
          message: `namespace ${namespace} does not exist${near === undefined ? '' : `; did you mean ${near}?`}${count > 1 ? ` (${count} objects are in it)` : ''}`,
          says: `namespaces "${namespace}" not found`,
          blocks: cluster.ownPods.filter((pod) => pod.namespace === namespace && pod.owner.origin === 'set'),
          fix:
            // Many objects in a namespace that is not there: rather the Namespace is misspelt.
            near === undefined || !written || count > 1
              ? undefined
              : { title: `Change to ${near}`, safe: false, changes: [{ set: ['metadata', 'namespace'], to: near }] },
        });
      }
    },
  },
});
