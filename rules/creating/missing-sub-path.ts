import { asObject, asString, at, type Cluster, closest, isUnknown, keysOf, objectsOf, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/missing-sub-path',
  level: 'warning',
  states: ['S6'],
  docs: {
    summary: 'A subPath that names no file of the ConfigMap or Secret behind the volume',
    why:
      'The kubelet finds nothing of that name in the volume and makes an empty directory of it. Where the image has a file at the mountPath, the runtime refuses to put the directory on it ' +
      '(`not a directory`) and the container does not start; elsewhere the program finds a directory where it wants a file. The subPath must be a key, or the `path` of an item.',
    links: ['https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  nginx.conf: |
    events {}
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
        - name: config
          mountPath: /etc/nginx/nginx.conf
          subPath: ngnix.conf # expect: creating/missing-sub-path
  volumes:
    - name: config
      configMap:
        name: web
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  nginx.conf: |
    events {}
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
        - name: config
          mountPath: /etc/nginx/nginx.conf
          subPath: nginx.conf
  volumes:
    - name: config
      configMap:
        name: web
`,
  },
  fix: 'sometimes',
  evidence: {
    none: 'the kubelet makes the directory without a word; what the runtime then says is not seen, since the pretended one mounts nothing',
  },
  visit: {
    Container(container, context) {
      const { pod } = container;
      for (const [mount, index] of objectsOf(container.value.volumeMounts)) {
        const subPath = asString(mount['subPath']);
        if (subPath === undefined || subPath === '' || isUnknown(subPath)) continue;
        const files = filesOf(
          [...objectsOf(pod.spec.volumes)].find(([volume]) => volume['name'] === mount['name'])?.[0],
          pod.namespace,
          context.cluster,
        );
        const wanted = subPath.replace(/\/+$/, '');
        if (files === undefined || files.some((file) => file === wanted || file.startsWith(`${wanted}/`))) continue;
        const near = closest(wanted, files);
        const path = [...container.path, 'volumeMounts', index, 'subPath'];
        context.report({
          at: path,
          message: `volume ${String(mount['name'])} has no file ${subPath}${near === undefined ? `; it has ${files.slice(0, 5).join(', ')}` : `; did you mean ${near}?`}: an empty directory is made in its place`,
          fix: near === undefined ? undefined : { title: `Change to ${near}`, safe: false, changes: [{ set: path, to: near }] },
        });
      }
    },
  },
});

/** Files of a volume that is made of ConfigMaps and Secrets alone; undefined where they are not all known. */
function filesOf(volume: unknown, namespace: string, cluster: Cluster): readonly string[] | undefined {
  const configMap = asObject(at(volume, ['configMap']));
  if (configMap !== undefined) return filesFrom('ConfigMap', configMap['name'], configMap['items'], namespace, cluster);
  const secret = asObject(at(volume, ['secret']));
  if (secret !== undefined) return filesFrom('Secret', secret['secretName'], secret['items'], namespace, cluster);
  return undefined;
}

function filesFrom(
  kind: 'ConfigMap' | 'Secret',
  name: unknown,
  items: unknown,
  namespace: string,
  cluster: Cluster,
): readonly string[] | undefined {
  const paths = [...objectsOf(items)].flatMap(([item]) => asString(item['path']) ?? []);
  if (paths.length > 0) return paths.some(isUnknown) ? undefined : paths;
  if (typeof name !== 'string' || isUnknown(name)) return undefined;
  const keys = keysOf(cluster, kind, namespace, name);
  return keys === undefined ? undefined : [...keys].sort();
}
