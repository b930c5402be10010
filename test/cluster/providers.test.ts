import { describe, expect, it } from 'vitest';
import { keysOf } from '../../src/cluster/keys.ts';
import { clusterOf } from '../support/cluster.ts';

const object = (apiVersion: string, kind: string, spec: string, name = 'db', annotations = '{}'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, annotations: ${annotations} }\nspec: ${spec}\n`;
const found = (text: string, kind: string, name: string) => {
  const cluster = clusterOf(text);
  const keys = keysOf(cluster, kind, 'default', name);
  return [cluster.presence(kind, 'default', name).state, keys && [...keys].sort()];
};
const TLS = ['ca.crt', 'tls.crt', 'tls.key'];

describe('what a custom resource makes', () => {
  it.each([
    ['a Certificate', object('cert-manager.io/v1', 'Certificate', '{ secretName: web-tls }'), 'web-tls', TLS],
    [
      'one with keystores',
      object('cert-manager.io/v1', 'Certificate', '{ secretName: web-tls, keystores: {} }'),
      'web-tls',
      undefined,
    ],
    ['an ExternalSecret', object('external-secrets.io/v1', 'ExternalSecret', '{ data: [{ secretKey: a }] }'), 'db', ['a']],
    [
      'one with a target',
      object('external-secrets.io/v1', 'ExternalSecret', '{ target: { name: t }, dataFrom: [{}] }'),
      't',
      undefined,
    ],
    ['a SealedSecret', object('bitnami.com/v1alpha1', 'SealedSecret', '{ encryptedData: { a: x } }'), 'db', ['a']],
    [
      'a SopsSecret',
      object(
        'isindir.github.com/v1alpha3',
        'SopsSecret',
        '{ secretTemplates: [{ name: one, stringData: { a: x } }, { name: two, data: { b: x } }] }',
      ),
      'two',
      ['b'],
    ],
    [
      'a postgresql',
      object('acid.zalan.do/v1', 'postgresql', '{ users: { shop_owner: [] } }'),
      'shop-owner.db.credentials.postgresql.acid.zalan.do',
      ['password', 'username'],
    ],
    ['a Cluster of CloudNativePG', object('postgresql.cnpg.io/v1', 'Cluster', '{}'), 'db-app', undefined],
    ['a RabbitmqCluster', object('rabbitmq.com/v1beta1', 'RabbitmqCluster', '{}'), 'db-default-user', undefined],
    [
      'an Ingress with an issuer',
      object(
        'networking.k8s.io/v1',
        'Ingress',
        '{ tls: [{ secretName: web-tls }] }',
        'web',
        '{ cert-manager.io/cluster-issuer: le }',
      ),
      'web-tls',
      TLS,
    ],
  ])('%s: its Secret', (_, text, name, keys) => {
    expect(found(text, 'Secret', name)).toEqual(['provided', keys]);
  });

  it.each([
    [
      'an Ingress without an issuer',
      object('networking.k8s.io/v1', 'Ingress', '{ tls: [{ secretName: web-tls }] }', 'web'),
      'web-tls',
    ],
    [
      'an ExternalSecret that only reads',
      object('external-secrets.io/v1', 'ExternalSecret', '{ target: { creationPolicy: None } }'),
      'db',
    ],
    [
      'a Rollout that only names it',
      object('argoproj.io/v1alpha1', 'Rollout', '{ template: { spec: { containers: [{ env: [{ name: s }] }] } } }'),
      's',
    ],
    [
      'a ServiceMonitor of that name',
      object('monitoring.coreos.com/v1', 'ServiceMonitor', '{ basicAuth: db-login }'),
      'db-login',
    ],
    ['a route that names it', object('gateway.networking.k8s.io/v1', 'HTTPRoute', '{ a: db-login }'), 'db-login'],
  ])('%s makes none', (_, text, name) => {
    expect(found(text, 'Secret', name)).toEqual(['absent', undefined]);
  });

  it.each([
    ['names it', object('example.com/v1', 'Database', '{ login: s }'), 's'],
    ['is called so', object('example.com/v1', 'Database', '{}'), 'db'],
    ['is called as it begins', object('example.com/v1', 'Database', '{}'), 'db-app'],
    ['installs anything', object('argoproj.io/v1alpha1', 'Application', '{}'), 'db-app'],
  ])('a kind that may make anything, which %s', (_, text, name) => {
    expect(found(text, 'Secret', name)).toEqual(['perhaps', undefined]);
  });

  it('Services and ConfigMaps too', () => {
    expect(found(object('postgresql.cnpg.io/v1', 'Cluster', '{}'), 'Service', 'db-rw')[0]).toBe('provided');
    const manifest = object(
      'external-secrets.io/v1',
      'ExternalSecret',
      '{ target: { manifest: { apiVersion: v1, kind: ConfigMap } } }',
    );
    expect(found(manifest, 'ConfigMap', 'db')[0]).toBe('provided');
    expect(found(manifest, 'Secret', 'db')[0]).toBe('absent');
  });
});
