import { asObject, closest, namesNoNamespace, type PodTemplate, rule, stringsOf } from '../../src/rule.ts';

export default rule({
  id: 'unreachable/service-selects-nothing',
  level: 'warning',
  states: ['S10'],
  docs: {
    summary: "A Service whose selector no Pod's labels answer",
    why:
      'The API server accepts it, and nobody complains: the Service just has no endpoints, and every connection to it is refused or times out. ' +
      'All labels of the selector must stand on the Pods (in the Pod template, not on the Deployment), in the same namespace.',
    limits:
      'without facts the Pods may come from elsewhere: it speaks only where labels of the set come near to the selector, or where facts close the world.',
    links: ['https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: # expect: unreachable/service-selects-nothing
    app: website
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 80
`,
  },
  fix: 'sometimes',
  evidence: { none: 'a Service without endpoints is accepted, and no component says a word' },
  visit: {
    Service(service, context) {
      const spec = asObject(service.value['spec']);
      const selector = stringsOf(spec?.['selector']);
      const keys = Object.keys(selector);
      if (keys.length === 0 || spec?.['type'] === 'ExternalName') return;
      const { cluster } = context;
      if (cluster.podsWithLabels(service.namespace, selector).length > 0) return;
      // An operator may make the Pods: a custom resource in the namespace leaves it open.
      if (!cluster.closed && cluster.hasCustomIn(service.namespace)) return;
      const near = nearest(cluster.podsNearLabels(service.namespace, selector), selector);
      const namesake = near === undefined ? cluster.ownPodNamed(service.namespace, service.name) : undefined;
      const elsewhere = cluster.podAnywhere(selector);
      // One of the two names no namespace: where the set is applied they may meet.
      if (near === undefined && elsewhere !== undefined && !cluster.closed && [service, elsewhere.owner].some(namesNoNamespace))
        return;
      const pod = near?.pod ?? namesake ?? elsewhere;
      // Several Pods and none for this Service: most likely they are elsewhere. One near in labels or in name tells of a slip.
      if (pod === undefined && !cluster.closed) return;
      let hint = '';
      if (near !== undefined)
        hint = `; ${near.pod.owner.kind} ${near.pod.owner.name} has ${near.has === undefined ? `no label ${near.key}` : `${near.key}=${near.has}`}`;
      else if (namesake !== undefined)
        hint = `; those of ${namesake.owner.kind} ${namesake.owner.name} have ${Object.keys(namesake.labels).length === 0 ? 'none' : print(namesake.labels)}`;
      else if (elsewhere !== undefined)
        hint = `; ${elsewhere.owner.kind} ${elsewhere.owner.name} has them, but in namespace ${elsewhere.namespace}`;
      context.report({
        at: ['spec', 'selector'],
        part: 'key',
        message: `no Pod in namespace ${service.namespace} has the labels ${print(selector)}${hint}`,
        related:
          pod && pod.owner.origin !== 'fact'
            ? [{ object: pod.owner, at: [...pod.path, 'metadata', 'labels'], part: 'key', message: 'the labels of its Pods' }]
            : [],
        fix:
          near?.has === undefined
            ? undefined
            : {
                title: `Select ${near.key}=${near.has}`,
                safe: false,
                changes: [{ set: ['spec', 'selector', near.key], to: near.has }],
              },
      });
    },
  },
});

function print(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .map((key) => `${key}=${labels[key]}`)
    .join(', ');
}

/** The Pod that misses the selector by one label whose value is near, or by one label of several. */
function nearest(
  pods: readonly PodTemplate[],
  selector: Readonly<Record<string, string>>,
): { pod: PodTemplate; key: string; has: string | undefined } | undefined {
  const keys = Object.keys(selector);
  for (const pod of pods) {
    const missed = keys.filter((key) => pod.labels[key] !== selector[key]);
    if (missed.length !== 1) continue;
    const key = missed[0]!;
    const has = pod.labels[key];
    // The one that leads is marked while it runs.
    if (has === undefined && /^(?:leader|master|primary|replica|active|standby|true)$/i.test(selector[key]!)) return undefined;
    if (
      keys.length > 1 ||
      (has !== undefined &&
        (closest(selector[key]!, [has]) !== undefined || selector[key]!.includes(has) || has.includes(selector[key]!)))
    ) {
      return { pod, key, has };
    }
  }
  return undefined;
}
