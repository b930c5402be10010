import { describe, expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { hostile } from './hostile.ts';
import { big, findingAt, placeOf, reportOf, sample } from './sample.ts';

const link = (file: string, line: number): string => `https://github.com/o/r/blob/abc/${file}#L${line}`;

describe('markdown', () => {
  test('a summary as GitHub shows it', () => {
    expect(`\n${markdown(sample(), { link })}`).toMatchInlineSnapshot(`
      "
      <!-- podlint -->
      ## podlint: 2 errors, 1 warning and 1 note

      ### <code>k8s/api.yaml</code>

      | Line | | Finding | Rule |
      | --: | --- | --- | --- |
      | [<code>19</code>](https://github.com/o/r/blob/abc/k8s/api.yaml#L19) | 🟠 warning | 3 replicas want hostPort 8080 of a node each, so no more than one Pod fits on a node; use a Service<br><code>Deployment shop/api</code><br>scheduler says: <code>0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.</code><br>kubectl shows: <code>Pending</code><br>only for Kubernetes 1.36 and 1.37 | <code>pending/host-port-taken</code> |
      | [<code>19</code>](https://github.com/o/r/blob/abc/k8s/api.yaml#L19) | 🔵 note | hostPort 8080 is open to everybody who reaches the node<br><code>Deployment shop/api</code> | <code>exposed/host-port</code> |
      | [<code>25</code>](https://github.com/o/r/blob/abc/k8s/api.yaml#L25) | 🔴 error | Secret <code>db</code> has no key <code>passwrod</code>; it has <code>password</code><br><code>Deployment shop/api</code><br>kubelet says: <code>couldn't find key passwrod in Secret shop/db</code><br>kubectl shows: <code>CreateContainerConfigError</code><br>see [<code>k8s/secret.yaml:4</code>](https://github.com/o/r/blob/abc/k8s/secret.yaml#L4) Secret db is defined here<br>fix: write <code>password</code> | <code>creating/missing-secret-key</code> |

      ### <code>k8s/secret.yaml</code>

      | Line | | Finding | Rule |
      | --: | --- | --- | --- |
      | [<code>11</code>](https://github.com/o/r/blob/abc/k8s/secret.yaml#L11) | 🔴 error | Secret has no field <code>typ</code>; did you mean <code>type</code>?<br><code>Secret shop/db</code><br>API server says: <code>strict decoding error: unknown field "typ"</code><br>fix: write <code>type</code> | <code>rejected/unknown-field</code> |

      ### Pods that will not run

      | Namespace | Workload | Pods | Status | Cause |
      | --- | --- | --: | --- | --- |
      | shop | <code>Deployment/api</code> | 2/3 | <code>CreateContainerConfigError</code> | [<code>k8s/api.yaml:25</code>](https://github.com/o/r/blob/abc/k8s/api.yaml#L25)<br>Secret db has no key passwrod; it has password |
      | shop | <code>Deployment/api</code> | 1/3 | <code>Pending</code> (maybe) | [<code>k8s/api.yaml:19</code>](https://github.com/o/r/blob/abc/k8s/api.yaml#L19)<br>a third node with hostPort 8080 free is needed |

      ### Not judged

      | File | Why |
      | --- | --- |
      | [<code>charts/metrics</code>](https://github.com/o/r/blob/abc/charts/metrics#L1) | helm is not installed |
      | [<code>k8s/broken.yaml:12</code>](https://github.com/o/r/blob/abc/k8s/broken.yaml#L12) | found a tab where indentation was expected |

      <details><summary>What was judged</summary>

      | | |
      | --- | --- |
      | podlint | 1.0.0 |
      | Kubernetes | 1.37 |
      | Files | 4 |
      | Documents | 4 |
      | Objects | 3 |

      </details>
      "
    `);
  });

  test('nothing found', () => {
    const out = markdown(reportOf([]), { title: 'podlint (prod)' });
    expect(out).toContain(
      '## podlint (prod): nothing found\n\nNothing found: judged 2 objects in 2 files for Kubernetes 1.37.\n',
    );
    expect(out).not.toContain('### ');
  });

  test('hostile text makes no markup', () => {
    const out = markdown(hostile(), { link });
    // All the tags there are: ours.
    const tags = new Set([...out.matchAll(/<[^>]*>?/g)].map(([tag]) => tag));
    expect([...tags].sort()).toEqual(
      [
        '</code>',
        '</details>',
        '</span>',
        '</summary>',
        '<!-- podlint -->',
        '<br>',
        '<code>',
        '<details>',
        '<span>',
        '<summary>',
      ].sort(),
    );
    for (const line of out.split('\n')) {
      // As many cells as the table has, and no other structure.
      if (line.startsWith('|')) expect([4, 6, 7, 3]).toContain(line.split('|').length);
      else expect(line).toMatch(/^(?:### <code>|### (?:Pods that|Not judged)|## podlint|<!-- podlint -->$|<\/?details>|$)/);
      const text = line
        .replace(/^#+ /, '')
        .replace(/\[<code>[^\]]*<\/code>\]\(https:\/\/github\.com\/o\/r\/blob\/abc\/[^\s()<>|"`*_[\]]*\)/g, '');
      const outside = text
        .replace(/<code>.*?<\/code>/g, '')
        .replaceAll('<span>$</span>', '')
        .replaceAll('&#8203;', ' ')
        .replace(/&(?:#\d+|[a-z]+);/g, '');
      expect(outside).not.toMatch(/[`*_[\]~$\\]|@\w|#\d|:\/\//);
    }
    expect(out).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test('links are web addresses only, and cannot be left', () => {
    const report = reportOf([findingAt(placeOf('k8s/api.yaml', 'passwrod'))]);
    expect(markdown(report, { link: () => 'javascript:alert(1)' })).not.toContain('javascript');
    expect(markdown(report, { link: () => 'https://x/a b)<c>|d"e' })).toContain('(https://x/a%20b%29%3Cc%3E%7Cd%22e)');
  });

  test('code in a message is code; a backtick alone is a backtick', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    expect(markdown(reportOf([findingAt(place, { message: 'use `a_b|c` now' })]), {})).toContain(
      '| use <code>a&#95;b&#124;c</code> now |',
    );
    expect(markdown(reportOf([findingAt(place, { message: 'a ` b' })]), {})).toContain('| a &#96; b |');
  });

  test.each([20_000, 65_536, 1_000_000])('no more than %i bytes, and a word about the others', (limit) => {
    const report = big(20_000);
    const out = markdown(report, { limit });
    expect(Buffer.byteLength(out)).toBeLessThanOrEqual(limit);
    expect(Buffer.byteLength(out)).toBeGreaterThan(limit * 0.9);
    const shown = out.split('\n').filter((line) => /^\| <code>\d/.test(line)).length;
    expect(out).toContain(`**and ${20_000 - shown} more findings: see the log of this step, or the SARIF file.**`);
    expect(out).toContain('<summary>What was judged</summary>');
  });

  test('without room for a single one it still says how many there are', () => {
    expect(markdown(big(50), { limit: 700 })).toContain('**and 50 findings: see');
  });

  test('hostile reports keep the limit too', () => {
    const notJudged = Array.from({ length: 5000 }, () => ({ file: '|'.repeat(5000), why: '<'.repeat(5000) }));
    const forecast = Array.from({ length: 5000 }, () => ({
      object: { kind: '🙂'.repeat(3000), namespace: '_'.repeat(3000), name: '*'.repeat(3000) },
      pods: 1,
      statuses: [{ status: '`'.repeat(3000), pods: 1, certain: true, message: '$'.repeat(3000) }],
    }));
    const findings = Array.from({ length: 5000 }, () =>
      findingAt(placeOf('k8s/api.yaml', 'passwrod'), { message: '$'.repeat(5000) }),
    );
    const out = markdown(reportOf(findings, {}, { notJudged, forecast }), {});
    expect(Buffer.byteLength(out)).toBeLessThanOrEqual(1024 * 1024);
  });
});
