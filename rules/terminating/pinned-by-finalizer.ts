import { asArray, rule } from '../../src/rule.ts';

export default rule({
  id: 'terminating/pinned-by-finalizer',
  level: 'warning',
  states: ['S17'],
  docs: {
    summary: 'A finalizer written in a manifest whose controller is not there to remove it',
    why:
      'An object with a finalizer stays Terminating until somebody takes the finalizer off. Who that is has to run: without it, deletion never ends, and a namespace with such an object ' +
      'in it never ends either. Finalizers are the business of controllers, which add them themselves; a manifest rarely needs one, and each apply puts it back.',
    limits: 'it knows the finalizers of Kubernetes itself; the controller of another one may run in the cluster.',
    links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  finalizers:
    - example.com/keep # expect: terminating/pinned-by-finalizer
data:
  mode: fast
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
`,
  },
  fix: 'never',
  evidence: { none: 'it shows only when the object is deleted' },
  visit: {
    Object(object, context) {
      const metadata = object.value['metadata'] as { finalizers?: unknown; deletionTimestamp?: unknown } | undefined;
      const finalizers = asArray(metadata?.finalizers);
      if (finalizers.length === 0) return;
      finalizers.forEach((finalizer, index) => {
        if (typeof finalizer !== 'string' || BUILT_IN.has(finalizer)) return;
        // A custom kind's own controller owns its finalizers: Argo CD's cascade finalizer, a provider's.
        const slash = finalizer.indexOf('/');
        const domain = slash < 0 ? finalizer : finalizer.slice(0, slash);
        if (!object.builtIn && related(domain, object.group)) return;
        context.report({
          at: ['metadata', 'finalizers', index],
          message: `once deleted, this ${object.kind} stays Terminating until something removes the finalizer ${finalizer}`,
        });
      });
    },
  },
});

/** Removed by Kubernetes' own controllers. */
const BUILT_IN = new Set([
  'kubernetes',
  'foregroundDeletion',
  'orphan',
  'kubernetes.io/pvc-protection',
  'kubernetes.io/pv-protection',
  'kubernetes.io/pv-controller',
  'external-provisioner.volume.kubernetes.io/finalizer',
  'batch.kubernetes.io/job-tracking',
  'service.kubernetes.io/load-balancer-cleanup',
  'customresourcecleanup.apiextensions.k8s.io',
  'resource.kubernetes.io/delete-protection',
  'storage.kubernetes.io/vac-protection',
]);

/** The finalizer's domain and the group share their last two labels: `resources-finalizer.argocd.argoproj.io` and `argoproj.io`. */
function related(domain: string, group: string): boolean {
  const last = (name: string) => name.split('.').slice(-2).join('.');
  return last(domain) === last(group);
}
