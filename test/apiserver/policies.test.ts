import { describe, expect, it, test } from 'vitest';
import { type Creation, matchesResources } from '../../src/apiserver/admission/resource-match.ts';
import { podlint } from '../../src/index.ts';

const POLICY = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'p' },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*'] }],
    },
    validations: [{ expression: 'false', message: 'never' }],
  },
};
const BINDING = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'b' },
  spec: { policyName: 'p', validationActions: ['Deny'] },
};
const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'n' }, data: { a: '1' } };

function policy(validation: object, more: object = {}): object {
  return { ...POLICY, spec: { ...POLICY.spec, validations: [validation], ...more } };
}

async function said(objects: readonly object[], facts: readonly object[]): Promise<readonly string[]> {
  const text = (all: readonly object[]) => all.map((object) => JSON.stringify(object)).join('\n---\n');
  const { findings } = await podlint([{ path: 'a.yaml', text: text(objects) }], {
    facts: facts.length === 0 ? [] : [{ path: 'facts.yaml', text: text(facts) }],
    profile: 'all',
  });
  return findings
    .filter(({ ruleId }) => ruleId === 'rejected/admission-policy')
    .map(({ level, message }) => `${level}: ${message}`);
}

describe('how certain it is', () => {
  it('is an error where the cluster has the policy', async () => {
    expect(await said([MAP], [POLICY, BINDING])).toEqual(['error: ValidatingAdmissionPolicy p (binding b) denies it: never']);
  });
  it('is a warning where the policy comes with the object', async () => {
    expect(await said([POLICY, BINDING, MAP], [])).toEqual([
      'warning: ValidatingAdmissionPolicy p (binding b), once it is active, denies it: never',
    ]);
  });
  it('is a warning where the object is there already', async () => {
    expect(await said([MAP], [POLICY, BINDING, MAP])).toEqual([
      'warning: ValidatingAdmissionPolicy p (binding b), as soon as it is changed, denies it: never',
    ]);
  });
  it('is a note where the policy only warns', async () => {
    const warns = { ...BINDING, spec: { ...BINDING.spec, validationActions: ['Warn', 'Audit'] } };
    expect(await said([MAP], [POLICY, warns])).toEqual(['note: ValidatingAdmissionPolicy p (binding b) warns of it: never']);
  });
  it('knows what is changed', async () => {
    const grows = policy({
      expression: "oldObject == null || oldObject.data.a == object.data.a || request.operation == 'CREATE'",
    });
    expect(await said([MAP], [grows, BINDING, MAP])).toEqual([]);
    expect(await said([{ ...MAP, data: { a: '2' } }], [grows, BINDING, MAP])).toHaveLength(1);
    expect(await said([{ ...MAP, data: { a: '2' } }], [grows, BINDING])).toEqual([]);
  });
});

test.each([
  ['who asks', { expression: "request.userInfo.username != 'me'" }],
  ['what the cluster allows', { expression: "authorizer.group('').resource('pods').check('get').allowed()" }],
  ['params that nobody shows', { expression: 'params.a == 1' }, { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }],
  ['a namespace that nobody shows', { expression: "namespaceObject.metadata.labels.tier == 'gold'" }],
  ['what the server fills in', { expression: 'object.metadata.generation == 2' }],
  [
    'a condition that is not known',
    { expression: 'false' },
    { matchConditions: [{ name: 'a', expression: "request.userInfo.uid == ''" }] },
  ],
])('%s is not guessed', async (_name, validation, more: object = {}) => {
  const binding = { ...BINDING, spec: { ...BINDING.spec, paramRef: { name: 'x', namespace: 'y' } } };
  expect(await said([MAP], [policy(validation, more), 'paramKind' in more ? binding : BINDING])).toEqual([]);
});

it('shows nothing of a Secret', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' }, data: { a: 'aHVzaA==' } };
  const tells = policy({ expression: 'object.data.a == ""', messageExpression: 'object.data.a', message: 'plain' });
  const fails = policy({ expression: 'ip(object.data.a).family() == 4' });
  for (const one of [tells, fails]) {
    const lines = await said([secret], [one, BINDING]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('aHVzaA');
  }
});

const CREATION: Creation = {
  operation: 'CREATE',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  name: 'web',
  namespace: 'shop',
  labels: { app: 'web' },
  namespaceLabels: undefined,
};
const RULE = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };

describe('which resources are meant', () => {
  it.each<[string, object, boolean | undefined]>([
    ['the resource', { resourceRules: [RULE] }, true],
    ['all of them', { resourceRules: [{ ...RULE, resources: ['*'] }] }, true],
    ['a subresource', { resourceRules: [{ ...RULE, resources: ['deployments/scale'] }] }, false],
    ['with all its subresources', { resourceRules: [{ ...RULE, resources: ['deployments/*'] }] }, true],
    ['another resource', { resourceRules: [{ ...RULE, resources: ['pods'] }] }, false],
    ['another group', { resourceRules: [{ ...RULE, apiGroups: [''] }] }, false],
    ['another operation', { resourceRules: [{ ...RULE, operations: ['UPDATE', 'DELETE'] }] }, false],
    ['another version, which it may be converted to', { resourceRules: [{ ...RULE, apiVersions: ['v2'] }] }, undefined],
    ['another version exactly', { resourceRules: [{ ...RULE, apiVersions: ['v2'] }], matchPolicy: 'Exact' }, false],
    ['by name', { resourceRules: [{ ...RULE, resourceNames: ['api'] }] }, false],
    ['a placeholder', { resourceRules: [{ ...RULE, resources: ['${R}'] }] }, undefined],
    ['excluded', { resourceRules: [RULE], excludeResourceRules: [RULE] }, false],
    ['of the cluster', { resourceRules: [{ ...RULE, scope: 'Cluster' }] }, false],
    ['by its labels', { resourceRules: [RULE], objectSelector: { matchLabels: { app: 'web' } } }, true],
    ['by other labels', { resourceRules: [RULE], objectSelector: { matchLabels: { app: 'api' } } }, false],
    ['by labels of its namespace', { resourceRules: [RULE], namespaceSelector: { matchLabels: { a: 'b' } } }, undefined],
    ['by no labels of its namespace', { resourceRules: [RULE], namespaceSelector: {} }, true],
    ['nothing said', {}, true],
  ])('%s', (_name, match, expected) => {
    expect(matchesResources(match, CREATION)).toBe(expected);
  });
});
