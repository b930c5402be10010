import { at, imageFault, objectsOf, type Path, type Problem, rule, statusOf } from '../../src/rule.ts';

export default rule({
  id: 'image/invalid-name',
  level: 'error',
  predicts: { component: 'kubelet', status: 'InvalidImageName' },
  states: ['S7'],
  docs: {
    summary: 'An image name that cannot be parsed: upper case, a bad tag or digest, a scheme in front',
    why:
      'The API server takes any text as an image. The kubelet cannot parse it and pulls nothing: the container waits with InvalidImageName for ever. ' +
      'A name is `[registry/]repository[:tag][@digest]`; the repository is in lower case, a tag has letters, digits, `.`, `_` and `-`, and there is no `https://`.',
    limits:
      'a text that looks like a placeholder (`IMAGE_NAME`, `<image>`) is a warning, since something may replace it before it is applied.',
    links: ['https://kubernetes.io/docs/concepts/containers/images/#image-names'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: Nginx:1.29 # expect: image/invalid-name
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Container(container, context) {
      const problem = problemOf(container.value.image, [...container.path, 'image']);
      if (problem)
        context.report({ ...problem, predicts: { component: 'kubelet', status: statusOf(container, 'InvalidImageName') } });
    },
    PodTemplate(pod, context) {
      // Images as volumes are on since 1.35; before, the server drops the field.
      if (context.cluster.minor < 35) return;
      for (const [volume, index] of objectsOf(pod.spec.volumes)) {
        const problem = problemOf(at(volume, ['image', 'reference']), [...pod.specPath, 'volumes', index, 'image', 'reference']);
        if (problem) context.report(problem);
      }
    },
  },
});

function problemOf(text: unknown, path: Path): Problem | undefined {
  const fault = typeof text === 'string' ? imageFault(text) : undefined;
  if (fault === undefined) return undefined;
  const { instead, placeholder, safe, says, why } = fault;
  const condition = placeholder ? ', unless something replaces it before it is applied' : '';
  return {
    at: path,
    level: placeholder ? 'warning' : 'error',
    message: `${JSON.stringify(text)} is no image name: ${why}${condition}`,
    says,
    fix:
      instead === undefined || placeholder
        ? undefined
        : { title: `Change to ${instead}`, safe, changes: [{ set: path, to: instead }] },
  };
}
