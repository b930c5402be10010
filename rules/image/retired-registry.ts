import {
  type ImageReference,
  isUnknown,
  type Path,
  type Problem,
  parseImage,
  type RetiredImage,
  renamed,
  retiredImage,
  rule,
  statusOf,
  type UnreachableRegistry,
  unreachable,
  unreachableOf,
} from '../../src/rule.ts';

export default rule({
  id: 'image/retired-registry',
  level: 'warning',
  profile: 'predict',
  states: ['S4'],
  docs: {
    summary: 'An image of a registry that was shut down, frozen or moved, or that your nodes cannot reach',
    why:
      'k8s.gcr.io, Bintray, gcr.io repositories of many projects and versioned Bitnami tags are gone or get no more updates; the message names the announcement and the new name. ' +
      'Where nodes cannot reach a registry, the Pod stays ContainerCreating until the pull times out, then ImagePullBackOff: name such registries, and the mirror to use, in podlint.yaml under ' +
      '`rules: {"image/retired-registry": {options: {unreachable: [{registry: gcr.io, mirror: mirror.example.com/gcr}]}}}`; `--fix` then writes the mirror.',
    limits:
      'what happened to a registry is known as of the release of podlint; a node that has the image already, or a mirror that the runtime is configured with, goes on working. Hence a warning, but for registries that you declare unreachable.',
    links: [
      'https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/',
      'https://kubernetes.io/docs/concepts/containers/images/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: pause
spec:
  containers:
    - name: pause
      image: k8s.gcr.io/pause:3.9 # expect: image/retired-registry
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: pause
spec:
  containers:
    - name: pause
      image: registry.k8s.io/pause:3.9
`,
  },
  fix: 'sometimes',
  evidence: { none: 'only the registry can say that it does not have the image any more' },
  visit: {
    Container(container, context) {
      const { image: text, imagePullPolicy } = container.value;
      if (typeof text !== 'string' || isUnknown(text) || imagePullPolicy === 'Never') return;
      const image = parseImage(text);
      if ('error' in image) return;
      const at = [...container.path, 'image'];
      const problem = declared(image, unreachableOf(context.options), at) ?? retired(image, at);
      if (problem === undefined) return;
      const fails = problem.level === 'error' || problem.says !== undefined;
      context.report({
        ...problem,
        predicts: fails ? { component: 'kubelet', status: statusOf(container, 'ImagePullBackOff') } : undefined,
        blocks: fails ? [container.pod] : undefined,
      });
    },
  },
});

/** What the configuration says of the image's registry. */
function declared(image: ImageReference, registries: readonly UnreachableRegistry[], at: Path): Problem | undefined {
  const found = registries.length === 0 ? undefined : unreachable(image, registries);
  if (found === undefined) return undefined;
  const { entry, instead } = found;
  const to = instead && renamed(image, instead);
  return {
    at,
    level: 'error',
    message: `${entry.registry} cannot be reached from the nodes, as configured${to === undefined ? '' : `; use ${to}`}`,
    says: `Failed to pull image ${JSON.stringify(renamed(image, image.familiar))}`,
    fix: to === undefined ? undefined : { title: `Change to ${to}`, safe: true, changes: [{ set: at, to }] },
  };
}

function retired(image: ImageReference, at: Path): Problem | undefined {
  const found = retiredImage(image);
  if (found === undefined) return undefined;
  const { certainty, dropIn, link, replacement, why } = found;
  const to = replacement === undefined || !dropIn ? undefined : renamed(image, replacement);
  const instead = replacement === undefined ? '' : `; use ${to ?? replacement}`;

  return {
    at,
    level: 'warning',
    message: `${image.familiar} is ${certainty}${certainty === 'gone' ? ', unless a mirror has kept it' : ''}: ${why}${instead} (${link})`,
    says: certainty === 'gone' ? `Failed to pull image ${JSON.stringify(renamed(image, image.familiar))}` : undefined,
    fix: to === undefined ? undefined : { title: `Change to ${to}`, safe: isSame(found), changes: [{ set: at, to }] },
  };
}

/** Kubernetes' own images are the very same there; elsewhere pull secrets, updates or contents differ. */
function isSame({ dropIn, replacement }: RetiredImage): boolean {
  return dropIn && replacement?.startsWith('registry.k8s.io/') === true;
}
