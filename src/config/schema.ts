/**
 * The JSON schema of podlint.yaml. `npm run generate` writes it with the rule ids to schemas/podlint.schema.json, for editors.
 */
import { RELEASES } from '../api/kinds.ts';

const LEVELS = ['error', 'warning', 'note', 'off'];
const strings = { type: 'array', items: { type: 'string', minLength: 1 } };

const setting = {
  anyOf: [
    { type: 'string', enum: LEVELS },
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        level: { type: 'string', enum: LEVELS, description: 'The level of its findings, or off.' },
        options: { type: 'object', description: "The rule's own options; its page names them." },
      },
    },
  ],
};

const stringOrList = { anyOf: [{ type: 'string' }, strings] };

const releases = { type: 'string', enum: [...RELEASES] };

const TOP = {
  profile: {
    type: 'string',
    enum: ['predict', 'recommended', 'hardened', 'all'],
    description: 'Which rules run. Default recommended.',
  },
  kubeVersion: {
    anyOf: [releases, { type: 'array', items: releases }],
    description: 'Kubernetes releases to judge for. Default the newest.',
  },
  namespace: { type: 'string', description: 'The namespace of objects that name none. Default "default".' },
  cluster: {
    ...stringOrList,
    description:
      'Files with Kubernetes objects that exist already. They close the world: what is in neither set nor facts does not exist.',
  },
  crds: {
    ...stringOrList,
    description:
      'Files, folders and patterns with the CustomResourceDefinitions that the cluster has, or JSON schemas as <group>/<kind>_<version>.json. They are not linted, and close no world.',
  },
  failOn: {
    type: 'string',
    enum: ['error', 'warning', 'note', 'never'],
    description: 'The lowest level that makes the exit code 1. Default error.',
  },
  each: { type: 'boolean', description: 'Every file is an apply set of its own.' },
  exclude: { ...strings, description: 'Patterns, as in a .gitignore, of files that are never read.' },
  external: {
    ...strings,
    description: 'Objects that exist outside, as Kind/name or Kind/namespace/name, * allowed: "Secret/prod-*".',
  },
};

const ignore = {
  type: 'object',
  additionalProperties: false,
  required: ['rule', 'reason'],
  properties: {
    rule: { type: 'string', minLength: 1, description: 'A rule id, or a family such as image/*.' },
    path: { type: 'string', description: 'Pattern of the files, as in a .gitignore.' },
    kind: { type: 'string' },
    name: { type: 'string', description: 'Name of the object, * allowed.' },
    namespace: { type: 'string' },
    reason: { type: 'string', minLength: 1 },
    until: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Last day it holds.' },
  },
};

/** @param ids rule ids and families to offer as keys; unknown keys are told by the loader, with "did you mean". */
export function configSchema(ids: readonly string[]): Record<string, unknown> {
  // What every id has in common is written once: editors download it.
  const one = ids.length === 0 ? setting : { $ref: '#/definitions/setting' };
  const rules = {
    type: 'object',
    additionalProperties: one,
    ...(ids.length === 0 ? {} : { properties: Object.fromEntries(ids.map((id) => [id, one])) }),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'podlint.yaml',
    type: 'object',
    additionalProperties: false,
    ...(ids.length === 0 ? {} : { definitions: { setting } }),
    properties: {
      ...TOP,
      rules: { ...rules, description: 'Levels and options by rule id or family: { "pending/*": "error" }.' },
      overrides: {
        type: 'array',
        description: 'Other levels below some paths. A later entry wins.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['paths', 'rules'],
          properties: { paths: strings, rules },
        },
      },
      ignore: { type: 'array', description: 'Findings that are accepted, with the reason.', items: ignore },
    },
  };
}

/** The settings that a mapping of the schema knows, for "did you mean": found through ajv's `schemaPath`. */
export function propertiesAt(schemaPath: string): Record<string, unknown> {
  let node: unknown = configSchema([]);
  for (const part of schemaPath.split('/').slice(1, -1)) node = (node as Record<string, unknown> | undefined)?.[part];
  return ((node as { properties?: Record<string, unknown> } | undefined)?.properties ?? {}) as Record<string, unknown>;
}
