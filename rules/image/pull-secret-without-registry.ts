import {
  credentialsFor,
  deniedSays,
  type NamedPullSecret,
  nearRegistry,
  type PulledImage,
  podPullSecrets,
  pullCondition,
  pulledImages,
  readable,
  rule,
  statusOf,
  withoutCredentials,
} from '../../src/rule.ts';

export default rule({
  id: 'image/pull-secret-without-registry',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'ImagePullBackOff' },
  states: ['S8'],
  docs: {
    summary: "Pull secrets that hold no credentials for the registry of the Pod's image",
    why:
      'The kubelet compares the registries in the docker config with the image, host, port and path, and offers only what fits; where nothing fits it pulls without credentials, and a private image ends ' +
      'in ImagePullBackOff. For Docker Hub the entry is `https://index.docker.io/v1/`. An entry that `docker login` left empty, since a credential helper has the password, gives nothing either.',
    limits:
      'whether an image is public only its registry knows. An error only where the entry is a slip of the pen away from the registry of the image.',
    links: [
      'https://kubernetes.io/docs/concepts/containers/images/#config-json',
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
  .dockerconfigjson: '{"auths":{"registry.example.org":{"username":"shop","password":"changeme"}}}'
---
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  imagePullSecrets:
    - name: registry-login # expect: image/pull-secret-without-registry
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
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const secrets = podPullSecrets(pod, context.cluster);
      // Of one that is not there or cannot be read another rule speaks, and one that is not known may have them.
      if (secrets.length === 0 || secrets.some(({ content }) => content.is !== 'usable')) return;
      const images = pulledImages(pod);
      const missed = missedOf(images, secrets);
      if (missed === undefined) return;
      const { image, near, secret } = missed;
      const { registry } = image.image;
      const condition = pullCondition(image);
      const certain = near !== undefined && image.anonymous === 'unlikely';
      const then = certain ? 'is refused' : `cannot be pulled, unless ${condition}`;
      const { holder, object, path } = secret;
      context.report({
        object: holder,
        at: path,
        level: certain ? 'error' : 'warning',
        message: `${missed.message}: ${image.text} ${then}`,
        says: deniedSays(image),
        predicts: { component: 'kubelet', status: statusOf(image.container, 'ImagePullBackOff') },
        blocks: [pod],
        related: [
          { object: pod.owner, at: [...image.container.path, 'image'], message: `the image is of ${registry}` },
          ...(object === undefined || object.origin === 'fact'
            ? []
            : [{ object, at: ['metadata', 'name'], message: `Secret ${secret.name} is defined here` }]),
        ],
      });
    },
  },
});

interface Missed {
  readonly image: PulledImage;
  readonly secret: NamedPullSecret;
  readonly near?: string;
  readonly message: string;
}

/** The image to speak of: one that an entry was meant for, else one of a private registry, else any if the secrets serve none. */
function missedOf(images: readonly PulledImage[], secrets: readonly NamedPullSecret[]): Missed | undefined {
  const contents = readable(secrets);
  const without = withoutCredentials(images, contents).filter(({ anonymous }) => anonymous !== 'works');
  for (const image of without) {
    const empty = credentialsFor(image.image, contents)[0];
    const secret = secrets.find(({ content }) => content === empty?.secret);
    if (empty !== undefined && secret !== undefined) {
      const message = `the entry of Secret ${secret.name} for ${empty.registry.key} is empty (docker keeps the password in a credential helper)`;
      return { image, secret, near: empty.registry.key, message };
    }
    const near = nearRegistry(image.image, contents);
    const holder = near && secrets.find(({ content }) => content.is === 'usable' && content.registries.includes(near.registry));
    if (near !== undefined && holder !== undefined) {
      const { registry } = image.image;
      const wanted = registry === 'docker.io' ? `for Docker Hub under ${near.meant}` : `for ${registry}`;
      const message = `Secret ${holder.name} has credentials for ${near.registry.key}, and none ${wanted}`;
      return { image, secret: holder, near: near.meant, message };
    }
  }
  const served = images.length > without.length && images.some(({ image }) => credentialsFor(image, contents).length > 0);
  const image = without.find(({ anonymous }) => anonymous === 'unlikely' || !served);
  if (image === undefined) return undefined;
  const secret = secrets[0]!;
  const names = secrets.length === 1 ? `Secret ${secret.name} has` : `Secrets ${secrets.map(({ name }) => name).join(', ')} have`;
  return { image, secret, message: `${names} no credentials for ${image.image.registry}${others(secrets)}` };
}

/** Hosts are no secrets; what else stands in an entry is. */
function others(secrets: readonly NamedPullSecret[]): string {
  const keys = new Set(
    secrets.flatMap(({ content }) => (content.is === 'usable' ? content.registries.flatMap(({ key }) => key ?? []) : [])),
  );
  if (keys.size === 0) return '';
  const list = [...keys].sort();
  return ` (only for ${list.slice(0, 3).join(', ')}${list.length > 3 ? ` and ${list.length - 3} more` : ''})`;
}
