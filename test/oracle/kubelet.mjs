/**
 * Writes questions for kubelet.go, the same ones every time:
 *
 *     node test/oracle/kubelet.mjs | go run -mod=mod kubelet.go > test/recorded/kubelet.jsonl
 */
let state = 42;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];
const asked = new Set();
function ask(question) {
  const line = JSON.stringify(question);
  if (!asked.has(line)) console.log(line);
  asked.add(line);
}

// Image names: what people write, and strings of parts that look like names.
const sha = 'sha256:' + '0123456789abcdef'.repeat(4);
for (const image of [
  'nginx',
  'nginx:1.25',
  'Nginx',
  'NGINX:latest',
  'nginx:Latest',
  'nginx:1.25@' + sha,
  'nginx@' + sha,
  'nginx@sha256:abc',
  'nginx@sha512:' + 'a'.repeat(128),
  'nginx@md5:' + 'a'.repeat(32),
  'nginx@SHA256:' + 'a'.repeat(64),
  'nginx@sha256:' + 'A'.repeat(64),
  'nginx@sha256:' + 'a'.repeat(63),
  'nginx:',
  'nginx:@' + sha,
  'nginx@',
  '',
  ' nginx',
  'nginx ',
  'nginx:1 2',
  'acme/api',
  'Acme/api',
  'acme/Api',
  'docker.io/nginx',
  'docker.io/library/nginx',
  'index.docker.io/nginx',
  'index.docker.io/acme/api',
  'docker.io/a/b/c',
  'library/nginx',
  'localhost/app',
  'localhost:5000/app',
  'registry:5000/app',
  'registry:/app',
  'registry:port/app',
  'ghcr.io/acme/api:v1',
  'GHCR.io/acme/api',
  'a_b.c/d',
  'a_b/c',
  'a__b',
  'a___b',
  'a--b',
  '-a',
  'a-',
  '.a',
  'a.',
  'a..b',
  'a._b',
  '[::1]:5000/app',
  '[::1]/app',
  '[fe80::1%eth0]/app',
  '10.0.0.1/app',
  'https://ghcr.io/acme/api',
  'docker://nginx',
  '//nginx',
  '/nginx',
  'nginx/',
  'a//b',
  'nginx:tag:tag',
  'nginx:' + 'a'.repeat(128),
  'nginx:' + 'a'.repeat(129),
  'a'.repeat(64),
  'a'.repeat(63) + 'g',
  'b'.repeat(255),
  'docker.io/' + 'b'.repeat(247),
  'docker.io/x/' + 'b'.repeat(253),
  'docker.io/x/' + 'b'.repeat(254),
  'nginx:-a',
  'nginx:.a',
  'nginx:_a',
  'nginx:é',
  'ñginx',
  '\u212aong',
  'nginx:\u212a',
  '\u0130mage',
  'nginx\n',
  'ngi\tnx',
  'ngi"nx',
  'ngi\\nx',
  'ngi\u0000nx',
  'ngi\u007fnx',
  'ngi\u00a0nx',
  'ngi\u200bnx',
  '😀',
  '${IMAGE}',
  '$(IMAGE)',
  '<image>',
  'foo.bar:baz',
  'foo.bar',
  'foo/bar@',
  'foo/bar:1@sha256',
])
  ask({ image });
const parts = [
  'nginx',
  'library',
  'docker.io',
  'localhost',
  'gcr.io',
  'a_b.c',
  'Foo',
  'a__b',
  'a-',
  '..',
  '[::1]',
  'reg:5000',
  'latest',
  'v1.2',
  sha,
  'x',
  '',
  ':',
  '/',
  '@',
  'é',
];
const joints = ['/', '/', ':', '@', '.', '-', ''];
for (let i = 0; i < 260; i++) {
  let image = pick(parts);
  for (let n = random(4); n > 0; n--) image += pick(joints) + pick(parts);
  ask({ image });
}

// Pull secrets against images.
const base64 = (text) => Buffer.from(text).toString('base64');
const registries = [
  'https://index.docker.io/v1/',
  'https://index.docker.io/v1',
  'index.docker.io',
  'docker.io',
  'docker.io/acme',
  'https://index.docker.io/v2/',
  'registry-1.docker.io',
  'ghcr.io',
  'https://ghcr.io',
  'ghcr.io/acme',
  'https://ghcr.io/v2/',
  'ghcr.io/v2',
  'https://ghcr.io/v1/acme',
  '*.gcr.io',
  'gcr.io',
  'eu.g?r.io',
  'quay.io:443',
  'quay.io',
  'localhost:5000',
  'reg.example.com:5000',
  'http://reg.example.com:5000/',
  '*.example.com:5000',
  'https://user@reg.example.com',
  'reg.example.com:abc',
  'bad host',
  '',
  '*',
  '*.*',
  '[::1]:5000',
  'GHCR.IO',
  'ghcr.io/acme?x=1',
  'ghcr.io/a%63me',
  '*.dkr.ecr.*.amazonaws.com',
];
const images = [
  'nginx',
  'acme/api:1',
  'docker.io/acme/api',
  'index.docker.io/acme/api',
  'ghcr.io/acme/api:2',
  'ghcr.io/acmecorp/api',
  'us.gcr.io/p/i',
  'gcr.io/p/i',
  'quay.io/x/y',
  'localhost:5000/a',
  'localhost/a',
  'reg.example.com:5000/a/b',
  'reg.example.com/a',
  '123.dkr.ecr.eu-west-1.amazonaws.com/app',
  '[::1]:5000/a',
  'GHCR.io/acme/api',
];
const right = [{ auth: base64('u:p') }, { username: 'u', password: 'p' }, {}];
const odd = [
  null,
  { auth: base64('nocolon') },
  { auth: '!!!' },
  { auth: 'dTpw' },
  { auth: 'dTpw\n' },
  { auth: ' dTpw' },
  { auth: 5 },
  { Auth: 'dTpw' },
  { username: 1 },
  'text',
  [],
  { auth: 'dTpw=' },
  { auth: 'dTpwYQ=' },
  { auth: 'dTpwYQ==' },
  { auth: 'dTpwYQ' },
  { auth: 'dTpwY' },
  { auth: 'dT pw' },
  { auth: 'dTpwYQ===' },
  { auth: '=' },
  { auth: 'dTpwYQ=\n=' },
  { auth: 'dTpwYQ=x' },
  { auth: 'd' },
  { auth: 'dTpwYQ==dTpw' },
  { identitytoken: 't' },
  { email: false },
];
for (let i = 0; i < 220; i++) {
  const auths = {};
  for (let n = 1 + random(3); n > 0; n--) auths[pick(registries)] = random(4) ? pick(right) : pick(odd);
  const legacy = random(8) === 0;
  const secret = {
    type: random(12) ? `kubernetes.io/${legacy ? 'dockercfg' : 'dockerconfigjson'}` : 'Opaque',
    key: legacy ? '.dockercfg' : '.dockerconfigjson',
    text: JSON.stringify(legacy ? auths : random(8) ? { auths } : { AUTHS: auths, credsStore: 'desktop' }),
  };
  ask({ secret, for: pick(images) });
}
for (const registry of registries)
  for (const image of images) {
    if (random(6) === 0)
      ask({
        secret: {
          type: 'kubernetes.io/dockerconfigjson',
          key: '.dockerconfigjson',
          text: JSON.stringify({ auths: { [registry]: right[0] } }),
        },
        for: image,
      });
  }
for (const text of ['null', '[]', '5', '"x"', '{"auths":null}', '{"auths":5}', '{"auths":[]}', '{}', '{"auths":{"a":1}}']) {
  ask({ secret: { type: 'kubernetes.io/dockerconfigjson', key: '.dockerconfigjson', text }, for: 'nginx' });
}

// Expansion.
const values = { A: '1', B: '$(A)', EMPTY: '', 'a.b-c': 'x' };
for (const expand of [
  '',
  '$',
  '$$',
  '$$$',
  '$(A)',
  '$$(A)',
  '$$$(A)',
  '$(B)',
  '$(C)',
  '$(EMPTY)|',
  '$(a.b-c)',
  '$(A',
  '$(',
  '$()',
  '$( A )',
  '$A',
  '${A}',
  '$(A)$(A)',
  'x$(A)y$(C)z',
  '$($(A))',
  '$(A$(A))',
  '$(A)$',
  '$ (A)',
  '\\$(A)',
  '$é(A)',
  '$😀$(A)',
])
  ask({ expand, values });
const bits = ['$', '(', ')', 'A', 'B', '$(A)', '$$', ' ', 'x', '$(', 'é'];
for (let i = 0; i < 80; i++) {
  let expand = '';
  for (let n = random(8); n >= 0; n--) expand += pick(bits);
  ask({ expand, values });
}

// Services.
for (const [name, spec] of [
  ['db', { clusterIP: '10.0.0.1', ports: [{ port: 5432 }] }],
  [
    'my-db',
    {
      clusterIP: '10.0.0.1',
      ports: [
        { name: 'pg-main', port: 5432, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  ],
  ['v6', { clusterIP: 'fd00::1', ports: [{ name: 'a', port: 1, protocol: 'SCTP' }] }],
  ['headless', { clusterIP: 'None', ports: [{ port: 80 }] }],
  ['unset', { ports: [{ port: 80 }] }],
])
  ask({ service: { metadata: { name }, spec } });

// Ports of probes.
const container = {
  name: 'c',
  ports: [{ name: 'http', containerPort: 8080 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }, { containerPort: 9090 }],
};
for (const port of ['http', 'dns', 'htpp', '', '8080', 8080, 1, 0, -1, 65536]) ask({ port, container });

// Command lines and feature gates.
for (const argv of [
  [],
  ['--v=2'],
  ['-v', '2'],
  ['-v2'],
  ['--config', '/x'],
  ['--config'],
  ['--network-plugin=cni'],
  ['--network_plugin', 'cni'],
  ['--image-pull-progress-deadline=2m'],
  ['--container-runtime=remote'],
  ['--pod-infra-container-image=pause'],
  ['--kubeconfig=/x', '--log-dir=/y'],
  ['-kubeconfig=/x'],
  ['-k'],
  ['--register-node'],
  ['--register-node', '--nope'],
  ['--register-node', 'false'],
  ['--', '--nope'],
  ['--max_pods=5'],
  ['--cadvisor-port=0'],
  ['--allow-privileged'],
  ['--node-labels', '--nope'],
  ['--boot-id-file=/x'],
  ['--feature-gates=NoSuchGate=true'],
  ['--feature-gates', 'DynamicKubeletConfig=true'],
  ['--feature-gates=AllAlpha=false'],
  ['--help'],
  ['--logtostderr'],
  ['--hostname-override=${NODE}'],
])
  ask({ argv });
for (const gates of [
  { DynamicKubeletConfig: false },
  { EphemeralContainers: true },
  { SidecarContainers: true },
  { AllAlpha: true },
  { AllBeta: false },
  { NoSuchGate: true },
  { KubeletInUserNamespace: true },
  { GracefulNodeShutdown: false },
  { PodSecurity: true },
  { InPlacePodVerticalScaling: false },
  { UserNamespacesSupport: true },
  { CPUManager: true },
  { MemoryQoS: true },
])
  ask({ gates });
