import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { schemaNode } from '../../src/api/schema.ts';
import { bindSchema } from '../../src/apiserver/cel/bind.ts';
import { evaluate, program } from '../../src/apiserver/cel/evaluate.ts';
import { parseCel } from '../../src/apiserver/cel/parser.ts';
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
  return evaluate(program(parsed.expr), (name) => (name === 'self' ? self : undefined));
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
