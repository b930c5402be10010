import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { schemaNode } from '../../src/api/schema.ts';
import { bindSchema } from '../../src/apiserver/cel/bind.ts';
import { checkCel } from '../../src/apiserver/cel/check.ts';
import { allowance, evaluate, program } from '../../src/apiserver/cel/evaluate.ts';
import { parseCel } from '../../src/apiserver/cel/parser.ts';
import { printIssues } from '../../src/apiserver/cel/syntax.ts';
import { typeOfSchema } from '../../src/apiserver/cel/types.ts';
import { CelError, UNKNOWN, type Value } from '../../src/apiserver/cel/values.ts';
import { loadCel } from '../../src/apiserver/cel.ts';

interface Answer {
  readonly value?: string;
  readonly error?: string;
  readonly refused?: string;
}
const { schema, object, expressions } = JSON.parse(readFileSync(new URL('../recorded/cel.json', import.meta.url), 'utf8')) as {
  schema: Record<string, unknown>;
  object: Record<string, unknown>;
  expressions: Record<string, Answer>;
};

const self = bindSchema(
  { apiVersion: 'cel.podlint.test/v1', kind: 'Probe', metadata: { name: 'x' }, ...object },
  schemaNode(schema),
  true,
);

function run(source: string): Value {
  const parsed = parseCel(source);
  if (parsed === undefined || !('expr' in parsed)) throw new Error(`${source}: ${parsed?.issue.message}`);
  return evaluate(program(parsed.expr), (name) => (name === 'self' ? self : undefined), allowance());
}

describe('what the API server evaluates', () => {
  beforeAll(loadCel);
  for (const [source, { value, error, refused }] of Object.entries(expressions)) {
    if (refused !== undefined) continue;
    it(source, () => {
      const printed = run(`'%s'.format([${source}\n])`);
      if (printed === UNKNOWN) return;
      if (printed instanceof CelError) expect(printed.message).toBe(error);
      else expect(printed).toBe(value);
    });
  }
});

describe('what the API server compiles', () => {
  beforeAll(loadCel);
  const type = typeOfSchema(schemaNode(schema), true)!;
  const said: string[] = [];
  for (const [source, { refused }] of Object.entries(expressions)) {
    it(source, () => {
      const whole = `'%s'.format([${source}\n]) == '\\u0001'`;
      const parsed = parseCel(whole)!;
      if ('issue' in parsed) {
        expect(refused).toMatch(/^compilation failed: ERROR/);
        return;
      }
      const { issues, unbuildable } = checkCel(parsed.expr, (name) => (name === 'self' ? type : undefined));
      if (issues.length > 0)
        expect(refused?.replace(/selfType\d+[.@\w]*/g, 'object')).toBe(`compilation failed: ${printIssues(whole, issues)}`);
      else if (unbuildable !== undefined) expect(refused).toBe(`program instantiation failed: ${unbuildable}`);
      else if (refused !== undefined) said.push(source);
    });
  }
  it('of what it refuses, little goes unsaid', () => {
    // What the estimated cost forbids, what formats do not fit, and a function that is new in 1.37.
    expect(said.length).toBeLessThan(26);
  });
});
