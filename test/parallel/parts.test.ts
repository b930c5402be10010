/** A set may be walked in parts, in whatever order, by several who know nothing of each other: what is found is the same. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf } from '../../src/config/inputs.ts';
import { resolvePlan } from '../../src/config/resolve.ts';
import { type Case, type Judgement, Judging, judge, type Team } from '../../src/judge.ts';
import { Recorder } from '../../src/lint/recorder.ts';
import { rules } from '../../src/lint/registry.ts';
import { ruleNames } from '../../src/lint/rule-names.ts';
import { received, sent } from '../../src/parallel/wire.ts';
import { type Rule, rule } from '../../src/rule.ts';
import { readWork } from '../../src/run.ts';
import { ROOT } from '../support/built.ts';

type Options = Parameters<typeof resolvePlan>[0];

/** Reads anew each time, as each of a team does. */
async function caseOf(options: Options, all: readonly Rule[]): Promise<Case> {
  const plan = await resolvePlan({ 'no-config': true, ...options }, ROOT, async () => ruleNames());
  const inputs = await inputsOf(plan, ROOT);
  const facts = plan.cluster.length === 0 ? undefined : await inputsOf({ ...plan, paths: plan.cluster }, ROOT);
  const wanted = inputs.entries.filter((entry) => facts?.entries.every(({ real }) => real !== entry.real) ?? true);
  const read = await readWork({ plan, cwd: ROOT, inputs, wanted, facts, definitions: undefined });
  return { plan, rules: all, ...read, facts: read.facts.manifests, only: new Set() };
}

/** One who takes every other part, and another one who begins with the last of the rest. What the latter tells goes through a copy. */
async function inParts(options: Options, all: readonly Rule[], size: number): Promise<Judgement & { told: number }> {
  let next = -2;
  let told = 0;
  const team: Team = {
    size,
    take: (parts) => {
      next += 2;
      return next < parts ? next : undefined;
    },
    others: async (count, own, documents) => {
      const judging = await Judging.of(await caseOf(options, all));
      const parts = judging.parts(size);
      expect(parts).toHaveLength(count);
      const done = new Map<number, ReturnType<typeof sent>>();
      for (let part = count - 1; part >= 0; part--) {
        if (own.has(part)) continue;
        const recorder = new Recorder();
        await judging.part(parts[part]!, recorder);
        done.set(part, structuredClone(sent(recorder.slices)));
      }
      return {
        spent: [],
        tell: (part, taker) => {
          for (const slice of received(done.get(part)!, documents)) {
            told += slice.found.length;
            if (slice.begin) taker.begin(slice.begin.release, slice.begin.pods);
            taker.annotated(slice.annotations);
            for (const found of slice.found) taker.add(found);
            for (const crash of slice.crashes) taker.crash(crash);
            if (slice.end) taker.end();
          }
          return true;
        },
      };
    },
  };
  return { ...(await judge(await caseOf(options, all), team)), told };
}

/** What a fix would change, by the places of its documents. */
function shown({ fixes, crashes, ...rest }: Judgement): object {
  return {
    ...rest,
    // Of a stack only the beginning is the same wherever it was.
    crashes: crashes.map((crash) => crash.split('\n')[0]),
    fixes: fixes.map(
      (fix) =>
        fix && {
          safe: fix.safe,
          changes: fix.changes.map(({ change, object }) => [
            change,
            object?.document.file.path,
            object?.document.index,
            object?.base,
          ]),
        },
    ),
  };
}

const throwing = rule({
  ...rules[0]!,
  id: 'rejected/throws',
  visit: {
    Service: ({ name }) => {
      throw new Error(`no ${name}`);
    },
    Document: () => {
      throw new Error('no document');
    },
  },
});

describe('all fixtures', () => {
  it.each<[string, Options]>([
    ['as one input', { paths: ['fixtures'], profile: 'all' }],
    ['each file by itself', { paths: ['fixtures/rejected', 'fixtures/pending'], each: true, profile: 'all' }],
    ['for several releases', { paths: ['fixtures/creating', 'fixtures/rejected'], 'kube-version': ['1.30', '1.34', '1.37'] }],
    ['with facts', { paths: ['fixtures/pending', 'examples/shop'], cluster: ['fixtures/rejected', 'examples/shop-repaired'] }],
  ])(
    '%s',
    async (_, options) => {
      const alone = await judge(await caseOf(options, rules));
      expect(alone.findings.length).toBeGreaterThan(50);
      const { told, ...together } = await inParts(options, rules, 20);
      expect(shown(together)).toEqual(shown(alone));
      // The others have done their share.
      expect(told).toBeGreaterThan(alone.findings.length / 5);
    },
    60_000,
  );
});

describe('a rule that throws', () => {
  it('is told once for each object, whoever had it', async () => {
    const options = { paths: ['fixtures/unreachable'] };
    const alone = await judge(await caseOf(options, [throwing]));
    expect(alone.crashes.length).toBeGreaterThan(20);
    const { told: _, ...together } = await inParts(options, [throwing], 8);
    expect(shown(together)).toEqual(shown(alone));
  });
});

describe('a judgement that may have run out of steps', () => {
  it('is made by one alone', async () => {
    const options = { paths: ['examples/shop'] };
    let asked = 0;
    const task = await caseOf(options, rules);
    const judgement = await judge(task, {
      size: 2,
      take: () => undefined,
      others: async () => ({
        spent: [{ steps: 0, comparisons: 1e9 }],
        tell: () => {
          asked++;
          return false;
        },
      }),
    });
    expect(asked).toBeGreaterThan(1);
    expect(shown(judgement)).toEqual(shown(await judge(await caseOf(options, rules))));
  });
});

describe('each rule', () => {
  it('has no memory of its own beside what it keeps by cluster', () => {
    // What a visitor keeps elsewhere would depend on who has visited what.
    for (const { id } of rules) {
      const text = readFileSync(path.join(ROOT, 'rules', `${id}.ts`), 'utf8');
      expect(text.match(/^(?:let|var) .*/m)?.[0], id).toBeUndefined();
      expect(text.match(/^const \w+(?:: [^=]+)? = new (?:Map|Set|WeakSet)(?:<[^>]*>)?\(\);/m)?.[0], id).toBeUndefined();
    }
  });
});
