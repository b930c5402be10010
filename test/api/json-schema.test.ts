import { describe, expect, it } from 'vitest';
import { isObjectSchema, structuralOf } from '../../src/api/json-schema.ts';

const OPEN = { 'x-kubernetes-preserve-unknown-fields': true };

describe('the structural schema of a JSON schema', () => {
  it('closes what is closed, and the whole where anything in it is', () => {
    const properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
    const spec = { type: 'object', properties: { size: { type: 'integer', minimum: 1 } }, additionalProperties: false };
    expect(structuralOf({ type: 'object', properties: { ...properties, spec } })).toEqual({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': false,
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { type: 'object', ...OPEN },
        spec: { type: 'object', properties: { size: { type: 'integer', minimum: 1 } } },
      },
    });
    const open = { type: 'object', properties: { size: { type: 'integer' } } };
    expect(structuralOf({ type: 'object', properties: { ...properties, spec: open } })).toMatchObject({
      ...OPEN,
      properties: { spec: OPEN },
    });
  });

  it.each([
    ['null is allowed', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['an integer or a string', { type: ['integer', 'string'] }, { 'x-kubernetes-int-or-string': true }],
    ['the same as alternatives', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, { 'x-kubernetes-int-or-string': true }],
    ['the same as a format', { type: 'string', format: 'int-or-string' }, { 'x-kubernetes-int-or-string': true }],
    ['one value', { type: 'string', const: 'a' }, { type: 'string', enum: ['a'] }],
    [
      'a limit of later drafts',
      { type: 'integer', exclusiveMinimum: 3 },
      { type: 'integer', minimum: 3, exclusiveMinimum: true },
    ],
    [
      'a limit of draft 4',
      { type: 'integer', minimum: 3, exclusiveMinimum: true },
      { type: 'integer', minimum: 3, exclusiveMinimum: true },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    ['a list', { type: 'array', items: { type: 'string' } }, { type: 'array', items: { type: 'string' } }],
    ['what refers elsewhere', { $ref: '#/definitions/x' }, OPEN],
    ['a part that is no schema', 7, OPEN],
    ['an object of anything', { type: 'object' }, { type: 'object', ...OPEN }],
  ])('%s', (_, part, expected) => {
    const made = structuralOf({ properties: { it: part }, additionalProperties: false }) as { properties: { it: object } };
    // An open union of a type with no fields says nothing more.
    expect(made.properties.it).toEqual('x-kubernetes-int-or-string' in expected ? expect.objectContaining(expected) : expected);
    expect(made.properties.it).not.toHaveProperty('oneOf');
  });

  it('is open where an alternative names a field of its own', () => {
    const made = structuralOf({
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: false,
      oneOf: [{ properties: { b: { type: 'string' } } }],
    });
    expect(made).toMatchObject(OPEN);
  });

  it('ends, however deep it is', () => {
    let schema: object = { type: 'object' };
    for (let i = 0; i < 20_000; i++) schema = { type: 'object', properties: { a: schema }, additionalProperties: false };
    expect(structuralOf(schema as never)).toBeDefined();
  });

  it('takes a part that stands in many places once', () => {
    let schema: object = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    for (let i = 0; i < 60; i++) schema = { type: 'object', properties: { a: schema, b: schema } };
    const made = structuralOf(schema as never) as { properties: { a: unknown; b: unknown } };
    expect(made.properties.a).toBe(made.properties.b);
  });

  it('is told from an object', () => {
    expect(isObjectSchema({ type: 'object', properties: {} })).toBe(true);
    expect(isObjectSchema({ apiVersion: 'v1', kind: 'A', properties: {} })).toBe(false);
    expect(isObjectSchema([])).toBe(false);
    expect(isObjectSchema(null)).toBe(false);
  });
});
