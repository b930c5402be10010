import {
  type Context,
  type KubeObject,
  type MutationRefusal,
  nearestExisting,
  type Path,
  type PodTemplate,
  type PolicyRefusal,
  podPolicyRefusals,
  policyRefusals,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/admission-policy',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S12', 'S18'],
  docs: {
    summary:
      'A ValidatingAdmissionPolicy denies the object, or the Pods that its controller makes, or a MutatingAdmissionPolicy fails on them',
    why:
      'The API server evaluates the expressions of every policy that a binding puts in force for the object. One that is false, or that fails, denies it: an object of your own at once (422), ' +
      "a workload's Pods when its controller makes them (FailedCreate). Change the field that the expression asks about. A policy that is applied together with the objects takes effect a " +
      'moment later: they may pass the first time and be denied the next. A MutatingAdmissionPolicy comes before: what it makes of an object is what validation and all policies see, and where ' +
      'a mutation of it fails (a field that is not there, an atomic list in an ApplyConfiguration) the object is denied too, unless its failurePolicy is Ignore.',
    limits:
      'the policy, its binding and its parameters must be in the set or in the facts; what hangs on who sends the request, or on what other plugins and webhooks change, is left out.',
    links: [
      'https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/',
      'https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/',
    ],
  },
  examples: {
    facts: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: replica-limit
spec:
  matchConstraints:
    resourceRules:
      - apiGroups: [apps]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [deployments]
  validations:
    - expression: object.spec.replicas <= 5
      message: at most 5 replicas
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: replica-limit-everywhere
spec:
  policyName: replica-limit
  validationActions: [Deny]
`,
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 7 # expect: rejected/admission-policy
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
    good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Object(object, context) {
      for (const refusal of object.mutation?.refusals ?? []) reportMutation(refusal, object, undefined, context);
      // Validation comes first, and hides what policies would say.
      if (context.causes(object).length > 0) return;
      for (const refusal of policyRefusals(context.cluster, object, context.known(object))) {
        report(refusal, object, refusal.about, 'Rejected', undefined, context);
      }
    },
    PodTemplate(pod, context) {
      if (pod.owner.kind !== 'Pod')
        for (const refusal of pod.mutation?.refusals ?? []) reportMutation(refusal, pod.owner, pod, context);
      if (pod.owner.kind === 'Pod' || !pod.owner.builtIn || context.causes(pod.owner).length > 0) return;
      for (const refusal of podPolicyRefusals(context.cluster, pod)) {
        report(refusal, pod.owner, [...pod.path, ...refusal.about], 'FailedCreate', pod, context);
      }
    },
  },
});

function report(
  refusal: PolicyRefusal,
  object: KubeObject,
  path: Path,
  status: 'Rejected' | 'FailedCreate',
  pod: PodTemplate | undefined,
  context: Context,
): void {
  const { policy, binding, params, action, index, exists } = refusal;
  const active = [policy, binding, ...(params === undefined ? [] : [params])].every(({ origin }) => origin === 'fact');
  const denies = action === 'Deny';
  const what = pod === undefined ? 'it' : `the Pods of ${object.kind} ${object.name}`;
  const verb = denies ? 'denies' : 'warns of';
  // What is not changed is not sent.
  const when = !active ? ', once it is active,' : exists ? ', as soon as it is changed,' : '';
  context.report({
    object,
    at: nearestExisting(object.value, path),
    level: denies ? (active && !exists ? 'error' : 'warning') : 'note',
    message: `ValidatingAdmissionPolicy ${policy.name} (binding ${binding.name})${when} ${verb} ${what}: ${refusal.message}`,
    says: refusal.says,
    predicts: { component: 'apiserver', status: denies ? status : 'Warning' },
    blocks: denies ? (pod === undefined ? undefined : [pod]) : [],
    related:
      policy.origin === 'fact' || index === undefined
        ? []
        : [{ object: policy, at: ['spec', 'validations', index, 'expression'], message: 'the expression of the policy' }],
  });
}

function reportMutation(refusal: MutationRefusal, object: KubeObject, pod: PodTemplate | undefined, context: Context): void {
  const { policy, binding, params, index, message } = refusal;
  const active = [policy, binding, ...(params === undefined ? [] : [params])].every(({ origin }) => origin === 'fact');
  const what = pod === undefined ? 'it' : `the Pods of ${object.kind} ${object.name}`;
  const mutation = index === undefined ? [] : ['mutations', index];
  context.report({
    object,
    at: ['metadata', 'name'],
    level: active ? 'error' : 'warning',
    message: `MutatingAdmissionPolicy ${policy.name} (binding ${binding.name})${active ? '' : ', once it is active,'} denies ${what}, since its mutation fails: ${message}`,
    says: refusal.says,
    predicts: { component: 'apiserver', status: pod === undefined ? 'Rejected' : 'FailedCreate' },
    blocks: pod === undefined ? undefined : [pod],
    related:
      policy.origin === 'fact' ? [] : [{ object: policy, at: ['spec', ...mutation], message: 'the mutation of the policy' }],
  });
}
