import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { schemaRuleCauses } from '../../src/apiserver/cel/compile.ts';
import { printFixed } from '../../src/apiserver/cel/cost-number.ts';
import { loadCel } from '../../src/apiserver/cel.ts';

type Schema = Record<string, unknown>;
interface Case {
  readonly schema: string;
  readonly times: number;
  readonly rule: string;
  readonly messageExpression?: string;
  readonly says: readonly string[];
}
const { schemas, cases, whole } = JSON.parse(readFileSync(new URL('../recorded/cel-cost.json', import.meta.url), 'utf8')) as {
  schemas: Record<string, Schema>;
  cases: readonly Case[];
  whole: readonly { readonly schema: Schema; readonly says: readonly string[] }[];
};

const ROOT = 'spec.validation.openAPIV3Schema';

function said(schema: Schema, minor = 37): readonly (readonly [field: string, message: string])[] {
  return schemaRuleCauses(schema, ['schema'], ROOT, minor).map(({ field, message }) => [field!, plain(message)]);
}

/** As the recording program writes it down. */
function plain(message: string): string {
  return message
    .replace(/^Invalid value: \{.*?\}: (?=compilation|messageExpression|cel expr|program)/s, 'Invalid value: ')
    .replace(/within spec\S*\.properties\[r\d+\]/, 'within list');
}

function ofList(rule: Schema, items: Schema, maxItems: number): Schema {
  const list = { type: 'array', maxItems, items: { ...items, 'x-kubernetes-validations': [rule] } };
  return { type: 'object', properties: { r00: list } };
}

describe('what the API server estimates a rule to cost', () => {
  beforeAll(loadCel);
  for (const { schema, times, rule, messageExpression, says } of cases) {
    it(`${schema} ${times}: ${rule}${messageExpression === undefined ? '' : ` ${messageExpression}`}`, () => {
      const asked = messageExpression === undefined ? { rule } : { rule, messageExpression };
      const own = said(ofList(asked, schemas[schema]!, times))
        .filter(([field, message]) => field.includes('r00') && !message.includes('contributed to'))
        .map(([field, message]) => `${field.split('.').at(-1)}: ${message}`)
        .map((line) => line.replace(/ exceeds budget by factor of (.*) \(try simplifying .*\)$/, ' $1'));
      expect(own).toEqual(says);
    });
  }

  it('is told exactly of most', () => {
    expect(cases.filter(({ says }) => / 1\.\d{6}x$/.test(says[0] ?? '')).length).toBeGreaterThan(1000);
  });
});

describe('what the API server says of the rules of a definition together', () => {
  beforeAll(loadCel);
  for (const [i, { schema, says }] of whole.entries()) {
    it(`definition ${i}`, () => {
      const own = said(schema).map(([field, message]) => `${field}: ${message}`);
      // ANTLR also tells what it had expected, and on the next line what came of it.
      const compared = (lines: readonly string[]) =>
        lines.map((line) => line.replace(/(mismatched input|Syntax error).*$/s, '$1')).sort();
      expect(compared(own)).toEqual(compared(says));
    });
  }
});

describe('an estimate', () => {
  beforeAll(loadCel);
  const endless = { type: 'string' };
  const rule = { rule: "self.matches('^[a-z]+$')" };
  const dear = (items: Schema, minor?: number): number => said(ofList(rule, items, 10_000_000), minor).length;

  it('is made of what is written', () => {
    expect(dear(endless)).toBeGreaterThan(0);
  });
  it('is not made of what is filled in later', () => {
    expect(dear({ type: 'string', maxLength: '$'.concat('{LENGTH}') })).toBe(0);
    expect(dear({ type: 'string', description: '{{ a text }}' })).toBeGreaterThan(0);
  });
  it('is not made of releases whose estimates were others', () => {
    expect(dear(endless, 32)).toBe(0);
    expect(dear(endless, 33)).toBeGreaterThan(0);
  });
  it('knows the bound of int-or-string since 1.34', () => {
    const text = { rule: "string(self).matches('^[0-9]+%?$')" };
    const mixed = { 'x-kubernetes-int-or-string': true, maxLength: 4 };
    const message = (minor: number) => said(ofList(text, mixed, 2_000_000), minor).map(([, it]) => it);
    expect(message(33)).not.toEqual(message(37));
  });
  it('has an end, however deep, wide or looped the schema is', () => {
    let deep: Schema = { ...endless, 'x-kubernetes-validations': [rule] };
    for (let i = 0; i < 500; i++) deep = { type: 'array', items: deep };
    expect(() => said(deep)).not.toThrow();
    let wide: Schema = { ...endless, 'x-kubernetes-validations': [rule] };
    for (let i = 0; i < 40; i++) wide = { type: 'object', required: ['a', 'b'], properties: { a: wide, b: wide } };
    expect(() => said(wide)).not.toThrow();
    const looped: Record<string, unknown> = { type: 'object', 'x-kubernetes-validations': [{ rule: 'self == self' }] };
    looped['properties'] = { a: looped };
    expect(() => said(looped)).not.toThrow();
  });
  it('has an end, however often a macro writes its target down', () => {
    const chain = { rule: `self.?a${'.optMap(x, x)'.repeat(60)}.hasValue()` };
    const items = { type: 'object', properties: { a: endless } };
    const before = performance.now();
    said(ofList(chain, items, 10));
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('numbers as Go prints them', () => {
  it('halves go to the even digit', () => {
    expect([2.25, 2.75, 2.35, 99.95, 1.0078125].map((value) => printFixed(value, value < 1.5 ? 6 : 1))).toEqual([
      ...['2.2', '2.8', '2.4', '100.0', '1.007812'],
    ]);
  });
});
