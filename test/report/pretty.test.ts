import { describe, expect, test } from 'vitest';
import { pretty } from '../../src/report/pretty.ts';
import { displayWidth } from '../../src/report/width.ts';
import { API, findingAt, placeOf, reportOf, SECRET, sample, summarize } from './sample.ts';

describe('pretty', () => {
  test('a report as a stranger reads it', () => {
    expect(`\n${pretty(sample(), { width: 100 })}`).toMatchInlineSnapshot(`
      "
      warning  3 replicas want hostPort 8080 of a node each, so no more than one Pod fits on a node; use a
               Service
        k8s/api.yaml:19:15 · Deployment shop/api · pending/host-port-taken

          18 │             - containerPort: 8080
          19 │               hostPort: 8080
             │               ^^^^^^^^
          20 │           env:

        scheduler says: 0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod
                        ports.
        kubectl shows: Pending
        only for: Kubernetes 1.36 and 1.37

      note  hostPort 8080 is open to everybody who reaches the node
        k8s/api.yaml:19:15 · Deployment shop/api · exposed/host-port

      error  Secret \`db\` has no key \`passwrod\`; it has \`password\`
        k8s/api.yaml:25:24 · Deployment shop/api · creating/missing-secret-key

          24 │                   name: db
          25 │                   key: passwrod
             │                        ^^^^^^^^
          26 │             - name: SMTP_PASSWORD

        kubelet says: couldn't find key passwrod in Secret shop/db
        kubectl shows: CreateContainerConfigError
        see: k8s/secret.yaml:4:9  Secret db is defined here
        not shown: 2 findings that follow from this one
        fix: write \`password\` (--fix)

      error  Secret has no field \`typ\`; did you mean \`type\`?
        k8s/secret.yaml:11:1 · Secret shop/db · rejected/unknown-field

          11 │ typ: Opaque
             │ ^^^

        API server says: strict decoding error: unknown field "typ"
        fix: write \`type\` (--unsafe-fixes)

      Pods that will not run, or may not (?)
        NAMESPACE  WORKLOAD        PODS  STATUS                      CAUSE
        shop       Deployment/api  2/3   CreateContainerConfigError  k8s/api.yaml:25  Secret db has no ke…
        shop       Deployment/api  1/3   Pending?                    k8s/api.yaml:19  a third node with h…

      Not judged
        charts/metrics      helm is not installed
        k8s/broken.yaml:12  found a tab where indentation was expected

      2 errors, 1 warning and 1 note.
      Judged 3 objects in 4 files for Kubernetes 1.37; 2 inputs not judged.
        podlint explain creating/missing-secret-key  why, and the way out
        podlint --fix                                repairs 1 finding
        podlint --fix --unsafe-fixes                 repairs 1 more finding, to be reviewed
      "
    `);
  });

  test('no secret value, whichever line a finding is about', () => {
    const files = { 'api.yaml': API, 'secret.yaml': SECRET };
    for (const [file, text] of Object.entries(files)) {
      let offset = 0;
      for (const line of text.split('\n')) {
        const place = placeOf(file, line === '' ? text.slice(-1) : line, 0, files);
        const sensitive = (name: string, at: number): boolean => name === 'secret.yaml' && at >= 7 && at <= 10;
        const out = pretty(
          reportOf([findingAt({ ...place, offset, endOffset: offset + line.length })], files, { sensitive }),
          {},
        );
        for (const secret of ['correct-horse', 'hunter2', 'tr0ub4dor', 'db.internal']) expect(out).not.toContain(secret);
        offset += line.length + 1;
      }
    }
  });

  test('nothing found is one line', () => {
    const summary = { files: 12, documents: 14, objects: 14, error: 0, warning: 0, note: 0 };
    expect(pretty(reportOf([], {}, { summary }), {})).toBe('Nothing found: judged 14 objects in 12 files for Kubernetes 1.37.\n');
    const one = { files: 1, documents: 1, objects: 1, error: 0, warning: 0, note: 0 };
    expect(pretty(reportOf([], {}, { summary: one, kubeVersions: ['1.36', '1.37'] }), {})).toBe(
      'Nothing found: judged 1 object in 1 file for Kubernetes 1.36 and 1.37.\n',
    );
  });

  test('nothing judged is not nothing found', () => {
    const summary = { files: 3, documents: 0, objects: 0, error: 0, warning: 0, note: 0 };
    const notJudged = [{ file: 'charts/x', why: 'helm is not installed' }];
    expect(pretty(reportOf([], {}, { summary, notJudged }), {})).toBe(
      'Not judged\n  charts/x  helm is not installed\n\nNothing was judged: 0 objects in 3 files for Kubernetes 1.37; 1 input not judged.\n',
    );
  });

  test('quiet: errors and what was not judged, a line each, and nothing else', () => {
    const lines = pretty(sample(), { quiet: true }).trimEnd().split('\n');
    expect(lines.filter((line) => line.includes(': error: '))).toHaveLength(2);
    expect(lines.every((line) => / (error|warning: not judged): .*\[[\w/-]+\]$/.test(line))).toBe(true);
    expect(pretty(reportOf([], {}), { quiet: true })).toBe('');
  });

  test('colour changes nothing but colour', () => {
    const plain = pretty(sample(), { width: 100 });
    const coloured = pretty(sample(), { width: 100, color: true });
    expect(coloured).toContain('\x1b[31m');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
    expect(plain).not.toContain('\x1b');
  });

  test.each([60, 80, 120])('at %i columns only what must not be broken is wider', (width) => {
    for (const line of pretty(sample(), { width }).split('\n')) {
      if (/^ {2}(?:(?:NAMESPACE|shop|podlint) )/.test(line) && width < 100) continue;
      const longWord = line
        .trim()
        .split(/\s+/)
        .some((word) => word.length > 16);
      if (!longWord) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('singular and plural of the next step', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    const fix = { title: 'write it', safe: true };
    const one = pretty(reportOf([findingAt(place, { fix })]), {});
    expect(one).toContain('1 error. Judged');
    expect(one).toContain('repairs 1 finding\n');
    const two = pretty(reportOf([findingAt(place, { fix }), findingAt(place, { fix, level: 'note', folded: 1 })]), {});
    expect(two).toContain('1 error and 1 note. Judged');
    expect(two).toContain('repairs 2 findings\n');
    expect(two).toContain('not shown: 1 finding that follows from this one');
  });

  test('a finding without text at hand names its field', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    expect(pretty(reportOf([findingAt(place, { path: 'spec.x' })]), {})).toContain('field: spec.x');
  });

  test('much is cut short: related places, what was not judged, the forecast', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    const related = Array.from({ length: 20 }, () => ({ place, message: 'here' }));
    const notJudged = Array.from({ length: 50 }, (_, i) => ({ file: `f${i}`, why: 'w' }));
    const forecast = Array.from({ length: 50 }, (_, i) => ({
      object: { kind: 'Deployment', namespace: 'd', name: `w${i}` },
      pods: 1,
      statuses: [{ status: 'Pending', pods: 1, certain: true }],
    }));
    const out = pretty(reportOf([findingAt(place, { related })], {}, { notJudged, forecast }), {});
    expect(out).toContain('see: 12 more places');
    expect(out).toContain('and 30 more\n');
    expect(out).toContain('and 30 more rows: podlint forecast');
  });

  test('statistics', () => {
    const out = pretty(reportOf([], {}, { summary: summarize([]), stats: { 'read, ms': 12, workers: 'none' } }), {});
    expect(out).toContain('Statistics\n  read, ms: 12\n  workers: none\n');
  });
});
