import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';

const file = path.join(path.resolve(fileURLToPath(import.meta.url), '../../..'), 'schemas/podlint.schema.json');

/** The schema for editors names all rules, and is written shorter; it must decide as the one that podlint itself asks. */
describe.each([
  ['for editors', JSON.parse(readFileSync(file, 'utf8')) as object],
  ['in use', configSchema([])],
])('the schema %s', (_, schema) => {
  const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
  it.each([
    { rules: { 'rejected/quota': 'off', 'pending/*': { level: 'error', options: { a: 1 } } } },
    { overrides: [{ paths: ['a/'], rules: { 'rejected/quota': 'note' } }], ignore: [{ rule: 'image/*', reason: 'known' }] },
  ])('takes %j', (config) => expect(accepts(config)).toBe(true));
  it.each([
    { rules: { 'rejected/quota': 'eror' } },
    { rules: { 'rejected/quota': { levle: 'off' } } },
    { overrides: [{ paths: ['a/'], rules: { 'rejected/*': 3 } }] },
    { ignore: [{ rule: 'image/*' }] },
    { rule: {} },
  ])('refuses %j', (config) => expect(accepts(config)).toBe(false));
});
