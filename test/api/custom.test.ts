import { expect, test } from 'vitest';
import { customResources } from '../../src/api/custom.ts';

const names = { plural: 'widgets', kind: 'Widget', shortNames: ['wd', 3] };

function crd(spec: object, apiVersion = 'apiextensions.k8s.io/v1') {
  return {
    apiVersion,
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', names, ...spec },
  };
}

test('the served versions, each with its schema', () => {
  const schema = { openAPIV3Schema: { type: 'object' } };
  const found = customResources(
    crd({
      scope: 'Cluster',
      versions: [
        { name: 'v1', served: true, storage: true, schema, subresources: { status: {}, scale: { specReplicasPath: '.spec.n' } } },
        { name: 'v1beta1', served: true, deprecated: true, deprecationWarning: 'use v1', schema },
        { name: 'v1alpha1', served: false, schema },
      ],
    }),
  );
  expect(found.map((resource) => resource.apiVersion)).toEqual(['example.com/v1', 'example.com/v1beta1']);
  expect(found[0]).toMatchObject({
    kind: 'Widget',
    plural: 'widgets',
    singular: 'widget',
    shortNames: ['wd'],
    namespaced: false,
    storage: true,
    subresources: ['status', 'scale'],
    scaleReplicasPath: '.spec.n',
    schema: { type: 'object' },
    preserveUnknownFields: false,
  });
  expect(found[1]).toMatchObject({ deprecated: true, deprecationWarning: 'use v1', subresources: [], storage: false });
});

test('the old form keeps schema and subresources at the top', () => {
  const old = crd(
    { version: 'v1', scope: 'Namespaced', validation: { openAPIV3Schema: { type: 'object' } }, subresources: { status: {} } },
    'apiextensions.k8s.io/v1beta1',
  );
  expect(customResources(old)).toMatchObject([
    {
      apiVersion: 'example.com/v1',
      namespaced: true,
      subresources: ['status'],
      schema: { type: 'object' },
      preserveUnknownFields: true,
    },
  ]);
});

test.each([
  ['nothing', undefined],
  ['another kind', { apiVersion: 'v1', kind: 'ConfigMap' }],
  ['a foreign group', { ...crd({ versions: [{ name: 'v1', served: true }] }), apiVersion: 'example.com/v1' }],
  ['no spec', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }],
  ['no names', { ...crd({}), spec: { group: 'example.com', versions: [{ name: 'v1', served: true }] } }],
  ['no versions', crd({ versions: 'v1' })],
  ['broken versions', crd({ versions: [null, 1, {}, { name: 3, served: true }, { name: 'v1', served: 'yes' }] })],
])('%s declares none', (_, value) => {
  expect(customResources(value)).toEqual([]);
});
