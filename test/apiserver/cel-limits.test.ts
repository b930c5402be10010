import { beforeAll, describe, expect, it } from 'vitest';
import { schemaNode } from '../../src/api/schema.ts';
import { bindPlain, bindSchema } from '../../src/apiserver/cel/bind.ts';
import { checkCel } from '../../src/apiserver/cel/check.ts';
import { allowance, evaluate, program, renewAllowance } from '../../src/apiserver/cel/evaluate.ts';
import { parseCel } from '../../src/apiserver/cel/parser.ts';
import { DYN } from '../../src/apiserver/cel/types.ts';
import { CelError, UNKNOWN, type Value } from '../../src/apiserver/cel/values.ts';
import { loadCel } from '../../src/apiserver/cel.ts';

beforeAll(loadCel);

function run(source: string, self: unknown = {}): Value | 'not parsed' {
  const parsed = parseCel(source);
  if (parsed === undefined || 'issue' in parsed) return 'not parsed';
  checkCel(parsed.expr, () => DYN);
  const value = bindPlain(self);
  renewAllowance();
  return evaluate(program(parsed.expr), (name) => (name === 'self' ? value : undefined), allowance());
}

describe('what a placeholder hides is unknown', () => {
  it.each<[string, unknown, Value]>([
    ['self.a == 1', { a: '${A}' }, UNKNOWN],
    ['self.a == 1 || true', { a: '${A}' }, true],
    ['self.a == 1 && false', { a: '${A}' }, false],
    ["has(self.a) && self.a.startsWith('x')", { a: '{{ .a }}' }, UNKNOWN],
    ['self.l.all(x, x > 0)', { l: [1, '${X}'] }, UNKNOWN],
    ['self.l.all(x, x > 0)', { l: [-1, '${X}'] }, false],
    ['self.l.exists(x, x > 0)', { l: ['${X}', 1] }, true],
    ['self.l.map(x, x)', { l: ['${X}', 1] }, UNKNOWN],
    ['self.l.size()', { l: ['${X}', 1] }, 2n],
    ['self.m.a', { m: { '${K}': 'v' } }, UNKNOWN],
    ['self.a > 0 ? true : false', { a: '${A}' }, UNKNOWN],
    ['[self.a][0] == 1', { a: '${A}' }, UNKNOWN],
    ['1 / 0 == self.a', { a: '${A}' }, UNKNOWN],
    ['self.a in [1, 2]', { a: '${A}' }, UNKNOWN],
  ])('%s', (source, self, expected) => {
    expect(run(source, self)).toBe(expected);
  });
});

describe('no expression hangs', () => {
  const list = `[${Array.from({ length: 200 }, (_, i) => i).join(', ')}]`;
  it.each<[string, string]>([
    ['loops in loops', `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0))))`],
    ['lists that grow', `${list}.map(a, ${list}.map(b, ${list}.map(c, ${list}))).size() > 0`],
    ['texts that double', `'x'${'.replace("x", "xx")'.repeat(60)}.size() > 0`],
    ['equal lists', `${list}.map(a, ${list}) == ${list}.map(a, ${list}.map(b, ${list}))`],
    ['ranges', 'lists.range(9223372036854775807).size() > 0'],
    ['deep brackets', `${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['deep lists', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a long sum', Array.from({ length: 5000 }, () => '1').join(' + ')],
    ['a long row of conditions', Array.from({ length: 5000 }, () => 'true').join(' && ')],
    ['a long chain', `self${'.a'.repeat(5000)}`],
    ['many minuses', `${'-'.repeat(20_000)}1`],
    ['ternaries', `${'true ? 1 : '.repeat(5000)}1`],
    ['a pattern', `'${'a'.repeat(5000)}'.matches('(a+)+b')`],
    ['a megabyte', `'${'a'.repeat(1_000_000)}'.size() == 1`],
    ['unclosed', `"""${'a'.repeat(50_000)}`],
    ['format', `'%.999999999f'.format([1.0])`],
  ])('%s', (_name, source) => {
    const start = performance.now();
    run(source);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('all that is judged together has an end', () => {
    renewAllowance();
    const parsed = parseCel(`${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`)!;
    const made = program('expr' in parsed ? parsed.expr : { kind: 'literal', at: 0, value: true });
    const start = performance.now();
    for (let i = 0; i < 1000; i++) evaluate(made, () => undefined, allowance());
    expect(performance.now() - start).toBeLessThan(20_000);
    renewAllowance();
  });
});

describe('hostile keys', () => {
  const schema = schemaNode({
    type: 'object',
    properties: { ['__proto__']: { type: 'string' }, a: { type: 'string' } },
  });
  it.each(['self.constructor', 'self.toString', 'self.hasOwnProperty', 'self.__proto__'])('%s is no field', (source) => {
    const parsed = parseCel(source)!;
    const self = bindSchema({ a: 'x' }, schema);
    const made = program('expr' in parsed ? parsed.expr : { kind: 'literal', at: 0, value: true });
    expect(evaluate(made, (name) => (name === 'self' ? self : undefined), allowance())).toBeInstanceOf(CelError);
  });
  it.each(['self.constructor', 'self.toString', 'self.__proto__'])('nor is it one of a plain object: %s', (source) => {
    expect(run(source, JSON.parse('{"a": 1}'))).toBeInstanceOf(CelError);
  });
});
