import {
  absenceOf,
  hasCredentials,
  nearPlace,
  pullCondition,
  pullSecretOf,
  rule,
  statusOf,
  unretrievedSays,
  uselessPullSecrets,
} from '../../src/rule.ts';

export default rule({
  id: 'image/missing-pull-secret',
  level: 'error',
  predicts: { component: 'kubelet', status: 'ImagePullBackOff' },
  states: ['S8'],
  docs: {
    summary: 'The imagePullSecrets of a Pod or of its ServiceAccount name a Secret that does not exist in its namespace',
    why:
      'The kubelet then pulls without credentials and says nothing, as long as that works. From a private registry it does not: ErrImagePull, ImagePullBackOff, and ' +
      'the event FailedToRetrieveImagePullSecret. A Secret must be in the namespace of the Pod; make it with `kubectl create secret docker-registry`, or correct the name.',
    limits:
      'whether an image is public only its registry knows. It is an error for the image of a registry that is nobody else’s, or where credentials for it lie in a Secret of nearly that name; ' +
      'a warning otherwise, and without facts (`--cluster`), since the Secret may be made elsewhere. Images that everybody can pull need none.',
    links: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
      'https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod',
    ],
  },
  examples: {
    bad: `apiVersion: v1
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
    - name: registy-login # expect: image/missing-pull-secret
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
      for (const { secret, image, pods, open } of uselessPullSecrets(cluster, 'absent')) {
        const { holder, name, path } = secret;
        const absence = absenceOf(cluster, { kind: 'Secret', namespace: holder.namespace, name });
        if (absence === undefined) continue;
        const near = absence.near?.namespace === holder.namespace ? absence.near : undefined;
        const condition = pullCondition(image);
        // It may well be there, and harms nobody if it is not.
        if (condition === undefined && !absence.certain) continue;
        // Public images, too, are pulled from Docker Hub with credentials, for its limits.
        const proven =
          near !== undefined &&
          image.image.registry !== 'docker.io' &&
          hasCredentials(image.image, [pullSecretOf(near.object.value)]);
        const certain = absence.certain && !open && (image.anonymous === 'unlikely' || proven);
        const joint = absence.message.endsWith('?') ? ' Without it' : '; without it';
        context.report({
          object: holder,
          at: path,
          level: condition === undefined ? 'note' : certain ? 'error' : 'warning',
          message: `${absence.message}${joint} ${consequence(image.text, condition, certain)}`,
          says: unretrievedSays(name),
          predicts: {
            component: 'kubelet',
            status: condition === undefined ? 'Running' : statusOf(image.container, 'ImagePullBackOff'),
          },
          blocks: condition === undefined ? [] : pods,
          related: [
            ...nearPlace(absence),
            { object: image.container.pod.owner, at: [...image.container.path, 'image'], message: 'the image to pull' },
          ],
          fix: near && { title: `Change the name to ${near.name}`, safe: false, changes: [{ set: path, to: near.name }] },
        });
      }
    },
  },
});

function consequence(image: string, condition: string | undefined, certain: boolean): string {
  if (condition === undefined) return 'all images can be pulled: it is not needed';
  return certain ? `${image} is pulled without credentials, and refused` : `${image} cannot be pulled, unless ${condition}`;
}
