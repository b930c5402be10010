import {
  brokenSecretStatus,
  describe,
  type KubeObject,
  type NamedPullSecret,
  type PodTemplate,
  podPullSecrets,
  pulledImages,
  rule,
  statusOf,
} from '../../src/rule.ts';

export default rule({
  id: 'image/unreadable-pull-secret',
  level: 'error',
  predicts: { component: 'kubelet', status: 'ErrImagePull' },
  states: ['S8'],
  docs: {
    summary: 'A pull secret whose docker config the kubelet cannot decode',
    why:
      'The API server looks only whether it is JSON. The kubelet decodes it before every pull, and where that fails it pulls nothing for the Pod: neither public images nor those ' +
      'that another pull secret has credentials for. STATUS then shows the error itself. `auth` is base64 of `user:password`; `kubectl create secret docker-registry` writes it right.',
    links: [
      'https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets',
      'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Secret
metadata:
  name: registry-login
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths":{"registry.example.com":{"auth":"Y2hhbmdlbWU="}}}' # expect: image/unreadable-pull-secret
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets:
    - name: registry-login
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: v1
kind: Secret
metadata:
  name: registry-login
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths":{"registry.example.com":{"auth":"c2hvcDpjaGFuZ2VtZQ=="}}}'
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets:
    - name: registry-login
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Cluster(cluster, context) {
      const broken = new Map<KubeObject, { secret: NamedPullSecret; pods: PodTemplate[] }>();
      for (const pod of cluster.ownPods) {
        if (pod.owner.origin !== 'set') continue;
        for (const secret of podPullSecrets(pod, cluster)) {
          if (secret.content.is !== 'broken' || secret.object?.origin !== 'set' || !secret.object.decodes) continue;
          if (pulledImages(pod).length === 0) continue;
          const known = broken.get(secret.object);
          if (known === undefined) broken.set(secret.object, { secret, pods: [pod] });
          else known.pods.push(pod);
        }
      }
      for (const [object, { secret, pods }] of broken) {
        // What is no JSON at all the API server refuses.
        if (secret.content.is !== 'broken' || secret.content.says === 'invalid JSON') continue;
        const { registry, says, why } = secret.content;
        const entry = registry === undefined ? 'its docker config' : 'an entry of its docker config';
        const wrong =
          why === 'auth' ? `the auth of ${entry} is not base64 of user:password` : `${entry} is not of the right shape`;
        const [init] = pods[0]!.containers;
        const status = brokenSecretStatus(secret.content, cluster.minor);
        context.report({
          object,
          at: placeOfConfig(object),
          part: 'key',
          message: `${describe(object)} cannot be decoded, so no image of the Pods that name it is pulled: ${wrong}`,
          says,
          predicts: { component: 'kubelet', status: init === undefined ? status : statusOf(init, status) },
          blocks: pods,
          related: [{ object: secret.holder, at: secret.path, message: 'it is named here' }],
        });
      }
    },
  },
});

function placeOfConfig({ value }: KubeObject): string[] {
  const key = value['type'] === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
  return [
    typeof value['stringData'] === 'object' && value['stringData'] !== null && key in value['stringData'] ? 'stringData' : 'data',
    key,
  ];
}
