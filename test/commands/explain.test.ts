import { describe, expect, it, test } from 'vitest';
import { findTopic } from '../../src/commands/explain.ts';
import { familiesOf } from '../../src/commands/families.ts';
import { rowsOf, rulesFor, rulesPredicting } from '../../src/commands/state-page.ts';
import { STATES } from '../../src/commands/states.ts';
import { findStatus, STATUSES } from '../../src/commands/statuses.ts';
import { rules } from '../../src/lint/registry.ts';
import { rule } from '../../src/rule.ts';
import { runCommand } from '../support/terminal.ts';

const explain = (...words: string[]) => runCommand(['explain', ...words], '/');

describe('the guide to Pod states', () => {
  it('has its nineteen rows', () => {
    expect(STATES.map((row) => row.id)).toEqual(Array.from({ length: 19 }, (_, i) => `S${i + 1}`));
  });

  // The last row is what `podlint forecast` is for.
  it.each(STATES.filter((row) => row.id !== 'S19').map((row) => [row.id, row] as const))('%s is foreseen by a rule', (_, row) => {
    expect(rulesFor(row, rules)).not.toEqual([]);
  });

  it('names no row that is not there', () => {
    const ids = new Set(STATES.map((row) => row.id));
    for (const { id, states } of rules) for (const state of states) expect(ids, id).toContain(state);
  });

  it('shows every row but the last under a word', () => {
    const shown = new Set(STATUSES.flatMap(rowsOf));
    expect(STATES.filter((row) => !shown.has(row)).map((row) => row.id)).toEqual(['S19']);
  });

  it('names only words that there are', () => {
    for (const row of STATES) for (const word of row.statuses) expect(findStatus(word), `${row.id} ${word}`).toBeDefined();
  });

  it('asks with commands that name what they print', () => {
    for (const row of STATES) {
      expect(row.ask.length, row.id).toBeGreaterThan(0);
      for (const { run, look } of row.ask) {
        expect(run).toMatch(/^(kubectl|crictl|journalctl) /);
        expect(look.length).toBeGreaterThan(20);
      }
    }
  });
});

describe('words under STATUS', () => {
  // The words that printPod of Kubernetes and the reasons of the kubelet make.
  test.each([
    'Pending',
    'ContainerCreating',
    'PodInitializing',
    'ImagePullBackOff',
    'ErrImagePull',
    'ErrImageNeverPull',
    'InvalidImageName',
    'CrashLoopBackOff',
    'Error',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
    'Terminating',
    'Unknown',
    'OOMKilled',
    'Completed',
    'Running',
    'NotReady',
    'Evicted',
    'SchedulingGated',
    'FailedCreate',
    'Rejected',
    'Init:0/2',
    'Init:N/M',
    'Init:CrashLoopBackOff',
    'Init:ErrImagePull',
    'ExitCode:137',
    'Signal:9',
    'Waiting',
  ])('%s', async (word) => {
    for (const asked of [word, word.toLowerCase(), word.toUpperCase()]) {
      expect(findStatus(asked), asked).toBeDefined();
      expect((await explain(asked)).code).toBe(0);
    }
  });

  it('are what the rules predict', () => {
    for (const { id, predicts } of rules)
      if (predicts) expect(findStatus(predicts.status), `${id}: ${predicts.status}`).toBeDefined();
  });

  it('tell init containers apart', async () => {
    const { out } = await explain('init:crashloopbackoff');
    expect(out).toMatch(/^Init:CrashLoopBackOff\n/);
    expect(out).toContain('kubectl logs POD -c NAME');
  });

  it('show every row that leads to them, and every rule that predicts them', async () => {
    for (const status of STATUSES) {
      const { out } = await explain(status.word);
      expect(out).toContain(status.word);
      for (const row of rowsOf(status)) expect(out, status.word).toContain(`${row.id}  `);
      for (const { id } of rulesPredicting(status, rules)) expect(out, status.word).toContain(id);
    }
  });
});

describe('podlint explain', () => {
  it('alone lists words, families and rows', async () => {
    const { code, out } = await explain();
    expect(code).toBe(0);
    for (const status of STATUSES) expect(out).toContain(status.word);
    for (const family of familiesOf(rules)) expect(out).toContain(`  ${family.name} `);
    for (const row of STATES) expect(out).toContain(`  ${row.id} `);
  });

  it.each(rules.map((one) => [one.id, one] as const))('%s: its page has what the rule says of itself', async (id, one) => {
    const { code, out, err } = await explain(id);
    expect([code, err]).toEqual([0, '']);
    const plain = out.replace(/\s+/g, ' ');
    expect(plain).toContain(one.docs.summary);
    expect(plain).toContain(one.docs.why);
    if (one.docs.limits) expect(plain).toContain(one.docs.limits);
    if (one.predicts) expect(plain).toContain(one.predicts.status);
    for (const link of one.docs.links) expect(out).toContain(link);
    expect(out).toContain(`podlint-ignore ${id}: the reason`);
    // The wrong example with what podlint says of it, under the line.
    expect(out).toMatch(/ \d+ │ .*\n +│ +\^+\n +│ (error|warning|note): /);
    expect(out).not.toContain('# expect:');
  });

  it('takes the last part of an id, an older id, other case, and several words', async () => {
    const { out } = await explain('Missing-Key', 's8', 'REJECTED/unknown-field');
    expect(out).toMatch(/^creating\/missing-key\n/);
    expect(out).toContain('\nS8  ');
    expect(out).toContain('\nrejected/unknown-field\n');
    const older = rule({ ...rules[0]!, id: 'image/new', aliases: ['image/old'] });
    expect(findTopic('image/old', [older])).toEqual({ rule: older });
  });

  it('takes a family', async () => {
    for (const word of ['creating', 'creating/', 'creating/*']) {
      const { out } = await explain(word);
      for (const { id } of rules.filter((one) => one.id.startsWith('creating/'))) expect(out).toContain(id);
    }
  });

  it('asks which rule is meant where several are', () => {
    const twins = ['image/twin', 'pending/twin'].map((id) => rule({ ...rules[0]!, id }));
    expect(() => findTopic('twin', twins)).toThrow('say which: image/twin, pending/twin');
  });

  test.each([
    ['missing-secre', 'creating/missing-secret'],
    ['creating/missing-ky', 'creating/missing-key'],
    ['craeting/missing-key', 'creating/missing-key'],
    ['CrashLopBackOff', 'CrashLoopBackOff'],
    ['terminatng', 'terminating'],
  ])('%s: did you mean %s?', async (word, near) => {
    const { code, out, err } = await explain(word);
    expect([code, out]).toEqual([2, '']);
    expect(err.toLowerCase()).toContain(`did you mean ${near.toLowerCase()}?`);
  });

  it('says where to look when nothing is near', async () => {
    const { code, err } = await explain('elephant');
    expect(code).toBe(2);
    expect(err).toBe('podlint: explain elephant: neither a rule nor a STATUS; podlint explain lists both\n');
  });

  it('keeps to the width of the terminal, but for commands, addresses and examples', async () => {
    const { out } = await runCommand(['explain', 'Pending'], '/', { outIsTerminal: true, columns: 72, env: { NO_COLOR: '1' } });
    const long = out.split('\n').filter((line) => line.length > 72 && !line.includes('$ '));
    expect(long).toEqual([]);
  });

  it('writes colour on a terminal only', async () => {
    const start = String.fromCharCode(27);
    expect((await explain('missing-key')).out).not.toContain(start);
    const { out } = await runCommand(['explain', 'missing-key'], '/', { outIsTerminal: true, columns: 100 });
    expect(out).toContain(start);
    // Painted code has no backticks left, and colour ends where it began.
    expect(out).not.toContain('`');
    const count = (line: string, code: RegExp) => line.split(start).filter((part) => code.test(part)).length;
    for (const line of out.split('\n')) expect(count(line, /^\[3[0-8]m/)).toBe(count(line, /^\[39m/));
  });
});
