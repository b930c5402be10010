import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import schema from '../../schemas/report.schema.json' with { type: 'json' };
import { json } from '../../src/report/json.ts';
import type { Report } from '../../src/report/types.ts';
import { reportOf, sample } from './sample.ts';

/** The schema without the promise that fields may be added: what podlint writes today must all be described. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return 'properties' in entries && !('additionalProperties' in entries) ? { ...entries, additionalProperties: false } : entries;
}

const validate = new Ajv2020.default({ strict: true, allowUnionTypes: true, allErrors: true }).compile(closed(schema) as object);

function errorsOf(report: Report): unknown {
  validate(JSON.parse(json(report, {})));
  return validate.errors ?? [];
}

describe('json', () => {
  test('is what the schema says, and all of it', () => {
    expect(errorsOf(sample())).toEqual([]);
    expect(errorsOf(reportOf([]))).toEqual([]);
    expect(errorsOf({ ...sample(), kubeVersions: ['1.30', '1.37'], stats: { 'read, ms': 3, cores: 'all' } })).toEqual([]);
    expect(errorsOf({ ...sample(), findings: sample().findings.map((finding) => ({ ...finding, isNew: true })) })).toEqual([]);
  });

  test('the form that is promised', () => {
    const out = JSON.parse(json(sample(), {}));
    expect(out).toMatchObject({ version: 1, podlint: '1.0.0', kubeVersion: '1.37' });
    expect(Object.keys(out)).toEqual(['version', 'podlint', 'kubeVersion', 'findings', 'forecast', 'notJudged', 'summary']);
    expect(out.findings[2]).toEqual({
      ruleId: 'creating/missing-secret-key',
      level: 'error',
      message: 'Secret `db` has no key `passwrod`; it has `password`',
      says: "couldn't find key passwrod in Secret shop/db",
      file: 'k8s/api.yaml',
      line: 25,
      column: 24,
      endLine: 25,
      endColumn: 32,
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' },
      path: 'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key',
      predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
      related: [{ file: 'k8s/secret.yaml', line: 4, column: 9, message: 'Secret db is defined here' }],
      fix: { title: 'write `password`', safe: true },
      fingerprint: 'a3',
      folded: 2,
    });
    expect(out.findings[3].cause).toEqual({ type: 'FieldValueInvalid', field: 'typ' });
    expect(out.notJudged[0]).toEqual({ file: 'charts/metrics', why: 'helm is not installed' });
    expect(out.summary).toEqual({ files: 4, documents: 4, objects: 3, error: 2, warning: 1, note: 1 });
    expect(out.forecast[0].statuses[1]).toMatchObject({ status: 'Pending', pods: 1, certain: false });
  });

  test('of several releases the newest, by number', () => {
    expect(JSON.parse(json(reportOf([], {}, { kubeVersions: ['1.9', '1.30'] }), {}))).toMatchObject({
      kubeVersion: '1.30',
      kubeVersions: ['1.9', '1.30'],
    });
  });
});
