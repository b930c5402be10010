import { describe, expect, test } from 'vitest';
import { nameIsDnsSubdomain } from '../../../src/api/names.ts';
import { validateMetadata } from '../../../src/apiserver/validate/metadata.ts';
import { fieldPath } from '../../../src/source/path.ts';

function says(
  metadata: unknown,
  options: { minor?: number; namespaced?: boolean; standardFinalizers?: boolean; named?: boolean } = {},
): string[] {
  const rules = { namespaced: true, nameCheck: nameIsDnsSubdomain, minor: 37, ...options };
  return validateMetadata({ metadata }, rules).map((cause) => `${cause.field ?? fieldPath(cause.path)}: ${cause.message}`);
}

const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'u' };

const entry = { manager: 'a', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } };

// What the server of 1.37 answered to a ConfigMap with such metadata.
describe('metadata', () => {
  test.each([
    [{ name: 'a' }, []],
    [{ generateName: 'a-' }, []],
    [{}, ['metadata.name: Required value: name or generateName is required']],
    [null, ['metadata.name: Required value: name or generateName is required']],
    [{ name: null, generateName: '' }, ['metadata.name: Required value: name or generateName is required']],
    [{ name: 'a', ownerReferences: [owner] }, []],
    [
      { name: 'a', ownerReferences: [{ ...owner, uid: '' }] },
      ['metadata.ownerReferences[0].uid: Required value: must not be empty'],
    ],
    [
      { name: 'a', ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] },
      [
        'metadata.ownerReferences[0]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"d","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
      ],
    ],
    [
      {
        name: 'a',
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'e', controller: true },
        ],
      },
      [
        'metadata.ownerReferences: Invalid value: [{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u","controller":true},{"apiVersion":"apps/v1","kind":"Deployment","name":"e","uid":"u","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Deployment/d and Deployment/e',
      ],
    ],
    [{ name: 'a', finalizers: ['kubernetes', 'orphan', 'example.com/f'] }, []],
    [
      { name: 'a', finalizers: ['mine'] },
      ['metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [
      { name: 'a', finalizers: ['orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [{ name: 'a', managedFields: [{}] }, []],
    [{ name: 'a', managedFields: [{ ...entry, operation: 'b' }] }, []],
    [{ name: 'a', managedFields: [{ ...entry, fieldsV1: {}, manager: 'x'.repeat(129) }] }, []],
    [
      { name: 'a', managedFields: [{ ...entry, subresource: 'x'.repeat(257) }] },
      ['metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes'],
    ],
    [{ name: 'a', managedFields: [{ ...entry, subresource: 'x'.repeat(257) }, {}] }, []],
    [{ name: 'a', generation: -1 }, ['metadata.generation: Invalid value: -1: must be greater than or equal to 0']],
  ])('%j', (metadata, expected) => {
    expect(says(metadata)).toEqual(expected);
  });

  test('finalizers without a domain are let through in some groups', () => {
    expect(says({ name: 'a', finalizers: ['mine'] }, { standardFinalizers: false })).toEqual([]);
  });

  test('the namespace of an object without one is dropped', () => {
    expect(says({ name: 'a', namespace: 'No' }, { namespaced: false })).toEqual([]);
    expect(says({ name: 'a', namespace: 'No' })).toHaveLength(1);
  });

  test('a LimitRange gets a name', () => {
    expect(says(null, { named: true })).toEqual([]);
    expect(says({}, { named: true })).toEqual([]);
  });

  test('bytes are called so since 1.35', () => {
    const labels = { a: 'a'.repeat(64) };
    const message = `metadata.labels: Invalid value: "${labels.a}": must be no more than 63`;
    expect(says({ name: 'a', labels }, { minor: 34 })).toEqual([`${message} characters`]);
    expect(says({ name: 'a', labels }, { minor: 35 })).toEqual([`${message} bytes`]);
  });

  test('what is not known is not faulted', () => {
    expect(says({ name: '{{ .name }}', namespace: '${NS}', labels: { '${a b}': '{{ x }}' }, finalizers: ['${F}'] })).toEqual([]);
  });
});
