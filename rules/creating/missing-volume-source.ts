import { asArray, asObject, objectsOf, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/missing-volume-source',
  level: 'warning',
  states: ['S6'],
  docs: {
    summary: 'A volume that says nothing of where it comes from: the API server makes an empty directory of it',
    why:
      'A volume without a source becomes an `emptyDir`, and one whose `projected` lists no sources stays empty: the Pod starts, and finds none of the files that were meant. What it writes is ' +
      'gone with the Pod. Usually the source is indented wrongly, commented out, or has a value that a template left empty. Name the source; write `emptyDir: {}` where that is meant.',
    links: ['https://kubernetes.io/docs/concepts/storage/volumes/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      volumeMounts:
        - name: settings
          mountPath: /etc/web
  volumes:
    - name: settings
      configMap: # expect: creating/missing-volume-source
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      volumeMounts:
        - name: settings
          mountPath: /etc/web
  volumes:
    - name: settings
      configMap:
        name: settings
`,
  },
  fix: 'never',
  evidence: { none: 'the API server accepts it, and the Pod runs with an empty directory' },
  visit: {
    PodTemplate(pod, context) {
      for (const [volume, index] of objectsOf(pod.spec.volumes)) {
        const at = [...pod.specPath, 'volumes', index];
        const { name, ...sources } = volume;
        const written = Object.keys(sources);
        if (written.every((source) => sources[source] == null)) {
          const source = written[0];
          context.report({
            at: source === undefined ? at : [...at, source],
            part: 'key',
            message: `volume ${String(name)} has ${source === undefined ? 'no source' : `nothing under ${source}`}, so it is an empty directory that goes with the Pod`,
          });
          continue;
        }
        // One of several sources that names nothing has a warning from the API server.
        const projected = asObject(sources['projected']);
        if (projected === undefined || asArray(projected['sources']).length > 0) continue;
        context.report({
          at: [...at, 'projected'],
          part: 'key',
          message: `volume ${String(name)} projects no sources, so it is empty`,
        });
      }
    },
  },
});
