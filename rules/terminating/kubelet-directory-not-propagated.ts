import { asString, rule } from '../../src/rule.ts';

export default rule({
  id: 'terminating/kubelet-directory-not-propagated',
  level: 'warning',
  states: ['S16'],
  docs: {
    summary: "A container mounts the kubelet's directories without mount propagation",
    why:
      'A volume plugin (or a kubelet in a container) that mounts volumes below /var/lib/kubelet does so in its own mount namespace only: Pods see empty folders, and mounts that it keeps hold ' +
      'volumes of Pods that are gone: `UnmountVolume.TearDown failed … device or resource busy`, Terminating for ever. Set `mountPropagation: Bidirectional` (the container must be privileged), or ' +
      '`HostToContainer` where it only looks.',
    links: ['https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: csi-node
spec:
  selector:
    matchLabels:
      app: csi-node
  template:
    metadata:
      labels:
        app: csi-node
    spec:
      containers:
        - name: driver
          image: registry.example.com/csi-driver:2.1.0
          securityContext:
            privileged: true
          volumeMounts:
            - name: pods
              mountPath: /var/lib/kubelet/pods # expect: terminating/kubelet-directory-not-propagated
      volumes:
        - name: pods
          hostPath:
            path: /var/lib/kubelet/pods
            type: Directory
`,
    good: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: csi-node
spec:
  selector:
    matchLabels:
      app: csi-node
  template:
    metadata:
      labels:
        app: csi-node
    spec:
      containers:
        - name: driver
          image: registry.example.com/csi-driver:2.1.0
          securityContext:
            privileged: true
          volumeMounts:
            - name: pods
              mountPath: /var/lib/kubelet/pods
              mountPropagation: Bidirectional
      volumes:
        - name: pods
          hostPath:
            path: /var/lib/kubelet/pods
            type: Directory
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the pretended containers mount nothing' },
  visit: {
    Container(container, context) {
      const { pod } = container;
      (container.value.volumeMounts ?? []).forEach((mount, index) => {
        if (mount == null || mount.readOnly === true || (mount.mountPropagation != null && mount.mountPropagation !== 'None'))
          return;
        const volume = (pod.spec.volumes ?? []).find((v) => v?.name === mount.name);
        const path = asString(volume?.hostPath?.path)?.replace(/\/+$/, '');
        if (path === undefined || !HELD.test(path)) return;
        const privileged = container.value.securityContext?.privileged === true;
        // Without privileges nothing can be mounted there: it only looks (a log collector, a backup).
        if (!privileged) return;
        const at = [...container.path, 'volumeMounts', index];
        context.report({
          at: [...at, 'mountPath'],
          message: `${path} of the node is mounted without mountPropagation: what this container mounts there no Pod sees, and what it holds cannot be unmounted`,
          fix: {
            title: 'Set mountPropagation: Bidirectional',
            safe: false,
            changes: [{ add: at, key: 'mountPropagation', to: 'Bidirectional' }],
          },
        });
      });
    },
  },
});

/** Where volumes of Pods are mounted; a plugin's own socket folder below plugins/ is none. */
const HELD = /^\/var\/lib\/kubelet(?:\/pods|\/plugins\/kubernetes\.io(?:\/.*)?)?$/;
