/** A report whose every text is an attack on some reader. */
import type { Edit, Finding, ForecastRow, Place, Report } from '../../src/report/types.ts';
import { placeAt, summarize } from './sample.ts';

export const ATTACKS: readonly string[] = [
  '::error file=a,line=1::injected',
  '%0A::error::injected',
  '\n::error::injected',
  '\r::warning::injected',
  '##[error]injected',
  '\x1b[2J\x1b]8;;http://evil.example\x07link\x1b]8;;\x07',
  '\x9b31m',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '| pipe | table |',
  '`tick` ``two`` ```three',
  ']]>',
  '--> <!--',
  '[link](http://evil.example) ![image](http://evil.example/x.png)',
  '[text](1)',
  'https://evil.example/ www.evil.example',
  '@octocat #1 $x$ :smile: **bold** _it_ ~~no~~',
  '&amp; &#10; &lt; "quoted" \'single\'',
  '\u202egnp.exe\u2066',
  'zero\u200bwidth\u2028line\u2029',
  '🙂 before {0} {{ .Values.x }} ${VAR}',
  '\ud800 alone \udc00',
  '\u0000\u0001\u0008\ufffe\uffff',
  'back\\slash \\` \\| \\',
  '::stop-commands::podlint-log-0',
  '::podlint-log-0::',
  '__proto__',
  '',
];

const FILE = 'k8s/🙂::error::`a|b`<c>%0A"d".yaml';

export function hostile(): Report {
  const text = `🙂: ${ATTACKS.filter((attack) => !/[\n\r]/.test(attack)).join('\n🙂: ')}\n`;
  const findings: Finding[] = [];
  const forecast: ForecastRow[] = [];
  for (const [i, attack] of ATTACKS.entries()) {
    const file = i % 3 === 0 ? FILE : attack === '' || i % 3 === 1 ? 'k8s/plain.yaml' : attack;
    const offset = text.indexOf(': ', i * 3) + 2;
    const place: Place = placeAt(file, text, offset, offset + 1);
    const edit: Edit = { ...place, text: attack };
    findings.push({
      ruleId: attack === '' ? 'a/b' : `a/${attack}`,
      level: (['error', 'warning', 'note'] as const)[i % 3] ?? 'note',
      message: attack,
      says: `says ${attack}`,
      place,
      object: { apiVersion: attack, kind: `Kind${attack}`, namespace: attack, name: attack },
      path: attack,
      predicts: { component: i % 2 === 0 ? 'kubelet' : 'apiserver', status: attack },
      cause: { type: attack, field: attack },
      related: [{ place, message: attack }],
      fix: { title: attack, safe: i % 2 === 0 },
      edits: [edit],
      fingerprint: attack,
      folded: i,
      releases: [attack],
    });
    forecast.push({
      object: { kind: attack, namespace: attack, name: attack },
      pods: 2,
      statuses: [
        { status: attack, pods: 1, certain: i % 2 === 0, ruleId: attack, file, line: i + 1, message: attack },
        { status: 'Running', pods: 1, certain: true },
      ],
    });
  }
  return {
    version: 1,
    podlint: '1.0.0',
    kubeVersions: ['1.37'],
    findings,
    forecast,
    notJudged: ATTACKS.map((attack, i) =>
      i % 2 === 0 ? { file: attack || 'f', why: attack } : { file: FILE, why: attack, line: i + 1 },
    ),
    summary: summarize(findings),
    rules: [],
    sources: () => text,
  };
}
