/** What people write in place of what is right. */
import type { TypeKind } from '../../src/api/table.ts';
import type { Path } from '../../src/source/path.ts';
import { pick, type Random } from './mutants.ts';

export const NUMBERS: readonly number[] = [
  -1, 0, 1, 2, 100, 101, 65535, 65536, 2147483647, 2147483648, 4294967296, 1.5, -2147483649, 1e20, 80, 30080,
];

/** Fields whose values are a few words that the OpenAPI document does not list. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  type: [
    'ClusterIP',
    'RollingUpdate',
    'Recreate',
    'Opaque',
    'kubernetes.io/tls',
    'Utilization',
    'Resource',
    'DirectoryOrCreate',
    'OnDelete',
  ],
  protocol: ['TCP', 'UDP', 'HTTP', 'SCTP'],
  pathType: ['Prefix', 'Exact', 'ImplementationSpecific'],
  kind: ['Deployment', 'Service', 'ClusterRole', 'Role', 'ServiceAccount', 'User', 'Group', 'Node'],
  apiGroup: ['', 'rbac.authorization.k8s.io', 'apps'],
  apiVersion: ['v1', 'apps/v1', 'apps'],
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Equal'],
  effect: ['NoSchedule', 'NoExecute', 'PreferNoSchedule'],
  scope: ['Namespaced', 'Cluster', '*'],
};

const LONG = 'x'.repeat(64);
const LONGER = 'x'.repeat(254);
const NAMES = [
  'Web',
  'web_1',
  'web-',
  '-web',
  'web.',
  '.web',
  'web 1',
  'we/b',
  '',
  ' web',
  'wéb',
  LONG,
  LONGER,
  '1web',
  '123',
  'web..1',
  'a.b',
  'web\n',
  '*',
  'web:1',
];
const QUANTITIES = [
  '1GB',
  '1g',
  '-1',
  '0.5.1',
  '',
  '1e3m',
  '100 Mi',
  '1ki',
  'NaN',
  '1.5',
  '0',
  '100mi',
  '1Ei',
  '99999Ei',
  '1e',
  '+1',
  '.5',
  '1M',
  '200m',
  '0.0001',
  'all',
  '1Gi ',
];
const CRONS = [
  '* * * *',
  '60 * * * *',
  '* * * * * *',
  '@every 5x',
  '@daily ',
  'TZ=UTC * * * * *',
  '*/0 * * * *',
  '0 25 * * *',
  '0 0 31 2 *',
  '5-1 * * * *',
  '',
  '0 0 * * mon',
  '0 0 * * 8',
  '@reboot',
  '? ? ? ? ?',
];
const PORTS = [
  'http_port',
  'HTTP',
  '8080',
  'a--b',
  'x'.repeat(16),
  '-a',
  '1',
  'http',
  '0',
  '65536',
  '',
  '100%',
  '101%',
  '-1%',
  '25.5%',
  'a%',
  '50',
];
const ADDRESSES = [
  '10.0.0.256',
  '::1',
  '010.0.0.1',
  '10.0.0.1/33',
  '10.0.0.0/8',
  '10.0.0.1/8',
  '::/0',
  'localhost',
  '1.2.3',
  '',
  '127.0.0.1',
  '0.0.0.0',
  '::ffff:1.2.3.4',
  'None',
  'none',
];
const PATHS = [
  '../x',
  '/a:b',
  '',
  'a/../b',
  '/',
  'relative',
  '/a b',
  '/%zz',
  '//',
  '/.',
  '/a/..',
  'x'.repeat(4097),
  'a//b',
  '/a/',
  '/?a',
];
const IMAGES = [
  'Nginx',
  'nginx:',
  'nginx:latest ',
  ' nginx',
  'nginx@sha256:abc',
  '',
  'https://nginx',
  'nginx::1',
  'a/b/C',
  'nginx:1.0:2',
  '-nginx',
];
const VARIABLES = ['1A', 'A B', 'A=B', '', 'a.b', 'A-B', 'é', '$(A)', '=', ' '];
const HOSTS = [
  '*',
  '*.a.b',
  'a.*.b',
  'A.b',
  '-a.b',
  'a_b.c',
  '10.0.0.1',
  'a.b:80',
  '',
  `${LONG}.com`,
  'http://a.b',
  '*.',
  '*a.b',
];
const LABELS = ['a b', '-a', 'a_', 'a/b', LONG, 'é', 'a.b', '', 'true', 'A'];
const KEYS = ['a b', '/a', 'a/b/c', '-a', LONG, `Example.com/a`, 'a', '', 'example.com/', 'kubernetes.io/a'];
const TIMES = ['2024-01-01', 'now', '2024-13-01T00:00:00Z', '2024-01-01T00:00:00Z', '', '0', '1h'];
const ANY = ['', 'x', LONG, LONGER, 'A B', 'a\nb', '-', '$(A)', 'é', '0', 'true', 'x'.repeat(2000)];

/** Wrong, odd and sometimes right strings for the place. */
export function badStrings(path: Path, kind: TypeKind | undefined, value: string): readonly string[] {
  const key = String(path.at(-1));
  const last = typeof path.at(-1) === 'number' ? String(path.at(-2)) : key;
  const parent = String(path.at(-2));
  if (kind === 'quantity' || parent === 'requests' || parent === 'limits' || last === 'sizeLimit') return QUANTITIES;
  if (kind === 'time' || kind === 'micro-time') return TIMES;
  if (kind === 'int-or-string' || last === 'port' || last === 'targetPort') return PORTS;
  if (last === 'schedule') return CRONS;
  if (last === 'image') return IMAGES;
  if (/^(mountPath|subPath|path|hostPath|workingDir|devicePath|terminationMessagePath|subPathExpr)$/.test(last)) return PATHS;
  if (/(IP|IPs|cidr|CIDR|cidrs|addresses|SourceRanges|nameservers|ip)$/.test(last)) return ADDRESSES;
  if (/^(hosts?|hostname|hostnames|externalName|searches|subdomain)$/.test(last)) return [...HOSTS, ...NAMES];
  if (parent === 'labels' || parent === 'matchLabels' || parent === 'selector' || last === 'values') return LABELS;
  if (last === 'key' || last === 'topologyKey') return [...KEYS, ...NAMES];
  if (last === 'name' && (path.includes('ports') || path.at(-3) === 'ports')) return [...PORTS, ...NAMES];
  if (last === 'name' && (path.includes('env') || path.at(-3) === 'env')) return VARIABLES;
  if (/[nN]ame$|^(ref|claim|subset|signer|class)/.test(last)) return [...NAMES, `${value}.`, value.toUpperCase(), `${value}_`];
  return [...ANY, `${value} `, value.toUpperCase(), ...NAMES.slice(0, 4)];
}

/** A word as fingers get it wrong. */
export function misspelt(word: string, random: Random): string {
  const at = Math.floor(random() * Math.max(1, word.length - 1));
  const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const all = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + word.charAt(at) + word.slice(at),
    word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
    upper(word) === word ? word.charAt(0).toLowerCase() + word.slice(1) : upper(word),
    word.toLowerCase(),
    word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    word.endsWith('s') ? word.slice(0, -1) : `${word}s`,
  ].filter((text) => text !== word && text !== '');
  return all.length === 0 ? `${word}x` : pick(random, all);
}
