import {
  asObject,
  asString,
  deniedSays,
  describe,
  type Fix,
  hasCredentials,
  type KubeObject,
  pullCondition,
  pullSecretOf,
  rule,
  statusOf,
  uselessPullSecrets,
} from '../../src/rule.ts';

export default rule({
  id: 'image/wrong-pull-secret-type',
  level: 'error',
  predicts: { component: 'kubelet', status: 'ImagePullBackOff' },
  states: ['S8'],
  docs: {
    summary: 'The imagePullSecrets name a Secret of a type that the kubelet does not take credentials from',
    why:
      'The kubelet reads `.dockerconfigjson` of Secrets of type kubernetes.io/dockerconfigjson and `.dockercfg` of type kubernetes.io/dockercfg. Any other Secret it passes over ' +
      'without a word and pulls without credentials, so that a private image ends in ImagePullBackOff. Make it with `kubectl create secret docker-registry`, which sets the type; ' +
      'the type of a Secret that exists cannot be changed.',
    limits: 'whether an image is public only its registry knows: a warning where it may be.',
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
type: Opaque
stringData:
  .dockerconfigjson: '{"auths":{"registry.example.com":{"username":"shop","password":"changeme"}}}'
---
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  imagePullSecrets:
    - name: registry-login # expect: image/wrong-pull-secret-type
  containers:
    - name: api
      image: registry.example.com/shop/api:1.4.0
`,
    good: `apiVersion: v1
kind: Secret
metadata:
  name: registry-login
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths":{"registry.example.com":{"username":"shop","password":"changeme"}}}'
---
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  imagePullSecrets:
    - name: registry-login
  containers:
    - name: api
      image: registry.example.com/shop/api:1.4.0
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Cluster(cluster, context) {
      for (const { secret, image, pods, open } of uselessPullSecrets(cluster, 'ignored')) {
        const { holder, object, path } = secret;
        // Without its key the API server refuses a Secret of the right type.
        if (object === undefined || secret.content.is !== 'ignored' || secret.content.why !== 'type') continue;
        const type = asString(object.value['type']) || 'Opaque';
        const key = dockerKey(object);
        const meant = key === undefined ? undefined : pullSecretOf({ ...object.value, type: TYPES[key] });
        const condition = pullCondition(image);
        const proven = meant !== undefined && image.image.registry !== 'docker.io' && hasCredentials(image.image, [meant]);
        const certain = condition !== undefined && !open && (image.anonymous === 'unlikely' || proven);
        const then =
          condition === undefined
            ? 'all images can be pulled without it'
            : certain
              ? `${image.text} is pulled without credentials, and refused`
              : `${image.text} cannot be pulled, unless ${condition}`;
        context.report({
          object: holder,
          at: path,
          level: condition === undefined ? 'note' : certain ? 'error' : 'warning',
          message: `${describe(object)} is of type ${type}, so the kubelet passes it over: ${then}`,
          says: deniedSays(image),
          predicts: {
            component: 'kubelet',
            status: condition === undefined ? 'Running' : statusOf(image.container, 'ImagePullBackOff'),
          },
          blocks: condition === undefined ? [] : pods,
          related: [
            ...(object.origin === 'fact'
              ? []
              : [
                  {
                    object,
                    at: 'type' in object.value ? ['type'] : ['metadata', 'name'],
                    message: `${describe(object)} is defined here`,
                  },
                ]),
            { object: image.container.pod.owner, at: [...image.container.path, 'image'], message: 'the image to pull' },
          ],
          fix: key === undefined || object.origin !== 'set' ? undefined : retyped(object, TYPES[key]!),
        });
      }
    },
  },
});

const TYPES: Readonly<Record<string, string>> = {
  '.dockerconfigjson': 'kubernetes.io/dockerconfigjson',
  '.dockercfg': 'kubernetes.io/dockercfg',
};

/** The key with a docker config that a Secret of another type has. */
function dockerKey(object: KubeObject): string | undefined {
  return Object.keys(TYPES).find((key) =>
    ['data', 'stringData'].some((field) => Object.hasOwn(asObject(object.value[field]) ?? {}, key)),
  );
}

function retyped(object: KubeObject, type: string): Fix {
  const change = typeof object.value['type'] === 'string' ? { set: ['type'], to: type } : { add: [], key: 'type', to: type };
  return { title: `Make it of type ${type}`, safe: false, changes: [{ object, ...change }] };
}
