import { describe, expect, it } from 'vitest';
import { parseImage } from '../../src/api/image-reference.ts';
import { anonymousPull } from '../../src/kubelet/anonymous-pull.ts';
import { podPullSecrets, uselessPullSecrets } from '../../src/kubelet/pod-pull-secrets.ts';
import { clusterOf } from '../support/cluster.ts';

describe('a pull without credentials', () => {
  it.each([
    ['nginx', 'works'],
    ['docker.io/library/postgres:17', 'works'],
    ['registry.k8s.io/pause:3.10', 'works'],
    ['gcr.io/distroless/static', 'works'],
    ['quay.io/prometheus/prometheus', 'works'],
    ['acme/api', 'perhaps'],
    ['ghcr.io/acme/api', 'perhaps'],
    ['localhost:5000/api', 'perhaps'],
    ['kind-registry:5000/api', 'perhaps'],
    ['10.0.0.5:5000/api', 'perhaps'],
    ['registry.svc.cluster.local/api', 'perhaps'],
    ['[::1]:5000/api', 'perhaps'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/api', 'node'],
    ['eu.gcr.io/acme/api', 'node'],
    ['europe-docker.pkg.dev/acme/images/api', 'node'],
    ['acme.azurecr.io/api', 'node'],
    ['registry.example.com/api', 'unlikely'],
    ['harbor.acme.io:8443/shop/api', 'unlikely'],
  ])('of %s %s', (text, expected) => {
    const image = parseImage(text);
    expect('error' in image ? image.error : anonymousPull(image)).toBe(expected);
  });
});

const pod = (spec: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: api}
spec: {containers: [{name: api, image: registry.example.com/shop/api:1}], ${spec}}
`;
const secret = (name: string, type: string, config: string): string => `
---
apiVersion: v1
kind: Secret
metadata: {name: ${name}}
type: ${type}
stringData: {.dockerconfigjson: '${config}'}
`;
const account = `
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: api}
imagePullSecrets: [{name: of-account}]
`;
const DOCKER = 'kubernetes.io/dockerconfigjson';
const RIGHT = '{"auths":{"registry.example.com":{"username":"u","password":"p"}}}';

describe('the pull secrets of a Pod', () => {
  const names = (text: string): string[] => {
    const cluster = clusterOf(text);
    return podPullSecrets(cluster.pods[0]!, cluster).map(({ holder, name }) => `${holder.kind} ${name}`);
  };

  it('are its own, else those of its ServiceAccount', () => {
    expect(names(pod('imagePullSecrets: [{name: own}], serviceAccountName: api') + account)).toEqual(['Pod own']);
    expect(names(pod('serviceAccountName: api') + account)).toEqual(['ServiceAccount of-account']);
    expect(names(pod('imagePullSecrets: [], serviceAccount: api') + account)).toEqual(['ServiceAccount of-account']);
    expect(names(pod('hostNetwork: false') + account)).toEqual([]);
    expect(names(pod('hostNetwork: false') + account.replace('name: api', 'name: default'))).toEqual([
      'ServiceAccount of-account',
    ]);
  });

  it('are read, but for placeholders and facts', () => {
    const contents = (text: string, facts?: string): string[] => {
      const cluster = clusterOf(text, { facts });
      return podPullSecrets(cluster.pods[0]!, cluster).map(({ content }) => content.is);
    };
    const all = pod(`imagePullSecrets: [{name: a}, {name: b}, {name: c}, {name: '\${X}'}, {name: nowhere}, null, {}]`);
    const set = secret('a', DOCKER, RIGHT) + secret('b', 'Opaque', RIGHT) + secret('c', DOCKER, '{"auths":5}');
    expect(contents(all + set)).toEqual(['usable', 'ignored', 'broken', 'unknown', 'absent']);
    // Facts have no values, so a type is all that can be said of them.
    expect(contents(all, set)).toEqual(['unknown', 'ignored', 'unknown', 'unknown', 'absent']);
  });
});

describe('pull secrets that do not do what they are there for', () => {
  const useless = (text: string, is: 'absent' | 'ignored' = 'absent'): string[] =>
    uselessPullSecrets(clusterOf(text), is).map(
      ({ secret: { name }, open, pods }) => `${name} ${pods.length}${open ? ' open' : ''}`,
    );

  it('are told once for each place that names them', () => {
    expect(useless(pod('imagePullSecrets: [{name: x}, {name: z}]'))).toEqual(['x 1', 'z 1']);
    const two = `${pod('serviceAccountName: api')}---${pod('serviceAccountName: api').replace('name: api', 'name: b')}`;
    expect(useless(two + account)).toEqual(['of-account 2']);
  });

  it('are left out where another one has credentials, and doubted where another may', () => {
    const both = pod('imagePullSecrets: [{name: x}, {name: a}]');
    expect(useless(both + secret('a', DOCKER, RIGHT))).toEqual([]);
    expect(useless(both + secret('a', DOCKER, RIGHT.replace('example.com', 'example.org')))).toEqual(['x 1']);
    expect(useless(both + secret('a', DOCKER, '${CONFIG}'))).toEqual(['x 1 open']);
    expect(useless(both + secret('a', 'Opaque', RIGHT), 'ignored')).toEqual(['a 1']);
    // A broken one keeps all images from being pulled, and is told instead.
    expect(useless(both + secret('a', DOCKER, '{"auths":5}'))).toEqual([]);
  });
});
