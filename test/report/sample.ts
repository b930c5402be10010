/** Reports for the tests: one as a person would meet it, one full of hostile text, one of any size. */
import type { Finding, Level, Place, Report, RuleInfo, Summary } from '../../src/report/types.ts';

export const API = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels: {app: api}
  template:
    metadata:
      labels: {app: api}
    spec:
      containers:
        - name: api
          image: registry.example.com/shop/api:1.4.2
          ports:
            - containerPort: 8080
              hostPort: 8080
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: db
                  key: passwrod
            - name: SMTP_PASSWORD
              value: hunter2hunter2
          livenessProbe:
            httpGet: {path: /healthz, port: 8081}
`;

export const SECRET = `apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  password: correct-horse-battery
  config: |
    user: tr0ub4dor
    host: db.internal
typ: Opaque
`;

const FILES: Readonly<Record<string, string>> = { 'k8s/api.yaml': API, 'k8s/secret.yaml': SECRET };

/** The place of the `nth` occurrence of a text. */
export function placeOf(file: string, needle: string, nth = 0, files: Readonly<Record<string, string>> = FILES): Place {
  const text = files[file] ?? '';
  let offset = text.indexOf(needle);
  for (let i = 0; i < nth; i++) offset = text.indexOf(needle, offset + 1);
  if (offset < 0) throw new Error(`no ${needle} in ${file}`);
  return placeAt(file, text, offset, offset + needle.length);
}

export function placeAt(file: string, text: string, offset: number, endOffset: number): Place {
  const [line, column] = lineAndColumn(text, offset);
  const [endLine, endColumn] = lineAndColumn(text, endOffset);
  return { file, line, column, endLine, endColumn, offset, endOffset };
}

function lineAndColumn(text: string, offset: number): [number, number] {
  const before = text.slice(0, offset).split('\n');
  return [before.length, (before.at(-1) ?? '').length + 1];
}

export function summarize(findings: readonly Finding[], rest: Partial<Summary> = {}): Summary {
  const of = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  return { files: 2, documents: 2, objects: 2, error: of('error'), warning: of('warning'), note: of('note'), ...rest };
}

export const RULES: readonly RuleInfo[] = [
  {
    id: 'creating/missing-secret-key',
    summary: 'A Secret lacks the key that a container reads',
    why: 'The kubelet cannot make the environment of the container, and the Pod stays in CreateContainerConfigError.',
    links: ['https://kubernetes.io/docs/concepts/configuration/secret/'],
    level: 'error',
    predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
    tags: ['creating', 'reference'],
  },
  {
    id: 'pending/host-port-taken',
    summary: 'Two Pods want the same port of a node',
    why: 'The scheduler finds no node whose port is free.',
    links: [],
    level: 'warning',
    predicts: { component: 'scheduler', status: 'Pending' },
    tags: ['pending'],
  },
  {
    id: 'rejected/unknown-field',
    summary: 'A field that the API does not know',
    why: 'The API server refuses it in strict decoding.',
    links: ['https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation'],
    level: 'error',
    predicts: { component: 'apiserver', status: 'Rejected' },
    tags: ['rejected'],
  },
  {
    id: 'exposed/host-port',
    summary: 'A container takes a port of its node',
    why: 'Everybody who reaches the node reaches the port.',
    links: [],
    level: 'note',
    tags: ['exposed'],
    securitySeverity: '4.5',
  },
];

export function sample(): Report {
  const key = placeOf('k8s/api.yaml', 'passwrod');
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' };
  const findings: Finding[] = [
    {
      ruleId: 'pending/host-port-taken',
      level: 'warning',
      message: '3 replicas want hostPort 8080 of a node each, so no more than one Pod fits on a node; use a Service',
      says: "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.",
      place: placeOf('k8s/api.yaml', 'hostPort'),
      object: deployment,
      path: 'spec.template.spec.containers[0].ports[0].hostPort',
      predicts: { component: 'scheduler', status: 'Pending' },
      related: [],
      fingerprint: 'a1',
      releases: ['1.36', '1.37'],
    },
    {
      ruleId: 'exposed/host-port',
      level: 'note',
      message: 'hostPort 8080 is open to everybody who reaches the node',
      place: placeOf('k8s/api.yaml', 'hostPort'),
      object: deployment,
      related: [],
      fingerprint: 'a2',
    },
    {
      ruleId: 'creating/missing-secret-key',
      level: 'error',
      message: 'Secret `db` has no key `passwrod`; it has `password`',
      says: "couldn't find key passwrod in Secret shop/db",
      place: key,
      object: deployment,
      path: 'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key',
      predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
      related: [{ place: placeOf('k8s/secret.yaml', 'db'), message: 'Secret db is defined here' }],
      fix: { title: 'write `password`', safe: true },
      edits: [{ ...key, text: 'password' }],
      fingerprint: 'a3',
      folded: 2,
    },
    {
      ruleId: 'rejected/unknown-field',
      level: 'error',
      message: 'Secret has no field `typ`; did you mean `type`?',
      says: 'strict decoding error: unknown field "typ"',
      place: placeOf('k8s/secret.yaml', 'typ'),
      object: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' },
      path: 'typ',
      predicts: { component: 'apiserver', status: 'Rejected' },
      cause: { type: 'FieldValueInvalid', field: 'typ' },
      related: [],
      fix: { title: 'write `type`', safe: false },
      edits: [{ ...placeOf('k8s/secret.yaml', 'typ'), text: 'type' }],
      fingerprint: 'a4',
    },
  ];
  return {
    version: 1,
    podlint: '1.0.0',
    kubeVersions: ['1.37'],
    findings,
    forecast: [
      {
        object: { kind: 'Deployment', namespace: 'shop', name: 'api' },
        pods: 3,
        statuses: [
          {
            status: 'CreateContainerConfigError',
            pods: 2,
            certain: true,
            ruleId: 'creating/missing-secret-key',
            file: 'k8s/api.yaml',
            line: key.line,
            message: 'Secret db has no key passwrod; it has password',
          },
          {
            status: 'Pending',
            pods: 1,
            certain: false,
            ruleId: 'pending/host-port-taken',
            file: 'k8s/api.yaml',
            line: 19,
            message: 'a third node with hostPort 8080 free is needed',
          },
        ],
      },
      {
        object: { kind: 'CronJob', namespace: 'shop', name: 'report' },
        pods: 1,
        statuses: [{ status: 'Running', pods: 1, certain: true }],
      },
    ],
    notJudged: [
      { file: 'charts/metrics', why: 'helm is not installed' },
      { file: 'k8s/broken.yaml', line: 12, why: 'found a tab where indentation was expected' },
    ],
    summary: summarize(findings, { files: 4, documents: 4, objects: 3 }),
    rules: RULES,
    sources: (file) => FILES[file],
    sensitive: (file, line) => file === 'k8s/secret.yaml' && line >= 7 && line <= 10,
  };
}

/** A report about nothing but text, for one finding's fields or a whole file. */
export function reportOf(
  findings: readonly Finding[],
  files: Readonly<Record<string, string>> = {},
  rest: Partial<Report> = {},
): Report {
  return {
    version: 1,
    podlint: '1.0.0',
    kubeVersions: ['1.37'],
    findings,
    forecast: [],
    notJudged: [],
    summary: summarize(findings),
    rules: [],
    sources: (file) => files[file],
    ...rest,
  };
}

export function findingAt(place: Place, rest: Partial<Finding> = {}): Finding {
  return { ruleId: 'a/b', level: 'error', message: 'm', place, related: [], fingerprint: `f${place.offset}`, ...rest };
}

/** `n` findings over `n / 50` files, a line each. */
export function big(n: number): Report {
  const lines = Array.from({ length: 60 }, (_, k) => `          key-${k}: some value of line ${k}\n`);
  const text = lines.join('');
  const places = lines.slice(0, 50).map((_, k) => {
    const offset = text.indexOf(`key-${k}:`);
    return placeAt('', text, offset, offset + 5);
  });
  const findings: Finding[] = [];
  for (let i = 0; i < n; i++) {
    const place: Place = { ...(places[i % 50] as Place), file: `k8s/app-${Math.floor(i / 50)}.yaml` };
    findings.push(
      findingAt(place, {
        ruleId: RULES[i % 4]?.id ?? '',
        level: (['error', 'warning', 'note'] as const)[i % 3] ?? 'note',
        message: `Secret db-${i} has no key passwrod; it has password`,
        says: `couldn't find key passwrod in Secret shop/db-${i}`,
        object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: `api-${i}` },
        predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
        related: [{ place, message: 'defined here' }],
        fix: { title: 'write password', safe: true },
        fingerprint: `fp-${i}`,
      }),
    );
  }
  return { ...reportOf(findings, {}, { rules: RULES }), sources: () => text };
}
