import { absenceOf, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'fragile/role-binding-to-nothing',
  level: 'warning',
  states: ['S13'],
  docs: {
    summary: 'A RoleBinding or ClusterRoleBinding names a role or a ServiceAccount that does not exist',
    why:
      'The API server accepts the binding, and it grants nothing: the program gets `forbidden: User "system:serviceaccount:shop:api" cannot list resource …` and often exits. A ' +
      'ServiceAccount is meant in the namespace that the subject names, by default in that of the binding. The roleRef of a binding that exists cannot be changed.',
    limits: 'without facts a role or an account may exist outside the set: it speaks only of near misses then.',
    links: ['https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding'],
  },
  examples: {
    bad: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: pod-reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: read-pods
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: pod-readers # expect: fragile/role-binding-to-nothing
subjects:
  - kind: ServiceAccount
    name: default
`,
    good: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: pod-reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: read-pods
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: pod-reader
subjects:
  - kind: ServiceAccount
    name: default
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the API server accepts bindings to roles and subjects that do not exist' },
  visit: {
    Reference(reference, context) {
      const { role, kind } = reference;
      if (role !== 'role' && !(role === 'subject' && kind === 'ServiceAccount')) return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      const elsewhere = absence.near !== undefined && absence.near.namespace !== reference.namespace;
      if (!absence.certain && !elsewhere) return;
      context.report({
        at: reference.path,
        message: `${absence.message}${absence.near === undefined ? ', so the binding grants nothing' : ''}`,
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});
