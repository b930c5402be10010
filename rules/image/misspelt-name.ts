import {
  type Container,
  ImageSet,
  isUnknown,
  type NearMiss,
  nearMiss,
  nearTag,
  parseImage,
  renamed,
  rule,
  statusOf,
} from '../../src/rule.ts';

export default rule({
  id: 'image/misspelt-name',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'ImagePullBackOff' },
  states: ['S7'],
  docs: {
    summary: 'An image name at one slip from a well-known one, or from another name in the same manifests',
    why:
      'The registry does not have it, or has something else than was meant: the kubelet shows ErrImagePull, then ImagePullBackOff, and tries again for ever. ' +
      'For names without a slash it is certain: only Docker publishes there, and has no such image. Correct the name.',
    limits:
      "podlint asks no registry. A name that is not one of Docker's own may exist, so the finding is then a warning; images that are put on " +
      'the nodes by hand (`imagePullPolicy: Never`) are passed over.',
    links: [
      'https://kubernetes.io/docs/concepts/containers/images/',
      'https://docs.docker.com/docker-hub/image-library/trusted-content/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: shell
spec:
  containers:
    - name: shell
      image: a1pine:3.22 # expect: image/misspelt-name
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: shell
spec:
  containers:
    - name: shell
      image: alpine:3.22
`,
  },
  fix: 'always',
  evidence: { none: 'only the registry can say that it does not have the image' },
  visit: {
    Cluster(cluster, context) {
      const images = new ImageSet();
      const containers: [Container, string][] = [];
      for (const pod of cluster.ownPods) {
        for (const container of pod.containers) {
          const { image, imagePullPolicy } = container.value;
          if (typeof image !== 'string' || isUnknown(image)) continue;
          images.add(image);
          if (pod.owner.origin === 'set' && imagePullPolicy !== 'Never') containers.push([container, image]);
        }
      }
      const nearOf = new Map<string, NearMiss | undefined>();
      for (const [container, text] of containers) {
        const image = parseImage(text);
        if ('error' in image) continue;
        if (!nearOf.has(text)) nearOf.set(text, nearMiss(image, images));
        const near = nearOf.get(text);
        const tag = near === undefined ? nearTag(image) : undefined;
        if (near === undefined && tag === undefined) continue;
        const certain = near?.of === 'official';
        const at = [...container.path, 'image'];
        const instead = near === undefined ? renamed({ ...image, tag }, image.familiar) : renamed(image, near.suggestion);
        const message =
          near === undefined
            ? `did you mean the tag ${tag}? The pull fails unless ${image.familiar} has a tag ${image.tag}`
            : certain
              ? `Docker has no image ${image.familiar}; did you mean ${near.suggestion}?`
              : near.of === 'alias'
                ? `Docker's own image is called ${near.suggestion}; the pull fails unless there is another of the name ${image.familiar}`
                : `${image.familiar} looks misspelt (${near.why}): did you mean ${near.suggestion}? The pull fails unless both exist`;
        context.report({
          object: container.pod.owner,
          at,
          level: certain ? 'error' : 'warning',
          message,
          says: near === undefined ? `${renamed(image, image.familiar)}: not found` : DENIED,
          predicts: { component: 'kubelet', status: statusOf(container, 'ImagePullBackOff') },
          fix: { title: `Change to ${instead}`, safe: false, changes: [{ set: at, to: instead }] },
        });
      }
    },
  },
});

/** The words of the runtime about a repository that Docker Hub does not have. */
const DENIED =
  'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
