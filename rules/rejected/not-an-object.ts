import { asString, classify, isObject, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/not-an-object',
  level: 'note',
  each: true,
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A kustomization, or the configuration of another program: no API server has such a kind',
    why:
      'It has apiVersion and kind as objects have, but a program reads it from the disk: kustomize, kubeadm, kind, Skaffold, a test tool. `kubectl apply -f` of the file, ' +
      'or of the folder that it lies in, answers `no matches for kind`. `kubectl apply -k` takes a kustomization; any other file belongs elsewhere.',
    limits:
      'it asks what becomes of the file itself, as `--each` does, and notes it, since hardly anybody sends such a file: set its level to error where all files must be ones that can be applied. ' +
      'Files without apiVersion and kind (values, workflows, packages) are passed over.',
    links: ['https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/'],
  },
  examples: {
    bad: `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization # expect: rejected/not-an-object
resources:
  - web.yaml
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Unsent({ document }, context) {
      const { value, file } = document;
      if (!isObject(value)) return;
      const found = classify(value, file.path);
      if (found.what !== 'kustomization' && found.what !== 'foreign') return;
      const apiVersion = asString(value['apiVersion']) || undefined;
      const kind = asString(value['kind']) || undefined;
      const typed = apiVersion !== undefined && kind !== undefined;
      // What kustomize knows by its name alone; any other file without a type nobody takes for an object.
      if (!typed && found.what === 'foreign') return;
      const what = typed
        ? `the API server has no ${kind} in ${apiVersion}`
        : `kubectl cannot tell what this is without ${kind === undefined ? (apiVersion === undefined ? 'apiVersion and kind' : 'kind') : 'apiVersion'}`;
      const remedy =
        found.what === 'foreign'
          ? 'keep the configuration of other programs apart from what is applied'
          : found.component
            ? '`kubectl apply -k` of a kustomization that lists it among its components takes it in'
            : '`kubectl apply -k` of its folder applies what it lists';
      context.report({
        at: typed ? ['kind'] : [],
        part: 'value',
        message: `\`kubectl apply -f\` of this file is refused: ${what}; ${remedy}`,
        says: typed
          ? `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
          : apiVersion === undefined && kind === undefined
            ? '[apiVersion not set, kind not set]'
            : `${kind === undefined ? 'kind' : 'apiVersion'} not set`,
      });
    },
  },
});
