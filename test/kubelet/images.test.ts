import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalName, type ImageReference, parseImage } from '../../src/api/image-reference.ts';
import { ImageSet, nearMiss, retiredImage, spellings } from '../../src/kubelet/images.ts';

function image(text: string): ImageReference {
  const found = parseImage(text);
  if ('error' in found) throw new Error(`${text}: ${found.error}`);
  return found;
}

const data = JSON.parse(readFileSync(new URL('../../data/images.json', import.meta.url), 'utf8')) as {
  official: string[];
  distinctive: string[];
  aliases: Record<string, string>;
  repositories: string[];
  hosts: string[];
  retired: { image: string; to?: string; link: string; why: string }[];
};

describe('data/images.json', () => {
  it('holds canonical names, sorted', () => {
    for (const list of [data.official, data.distinctive, data.repositories]) expect(list).toEqual([...new Set(list)].sort());
    for (const name of data.repositories) expect(canonicalName(image(name))).toBe(name);
    for (const name of data.official) expect(image(name).familiar).toBe(name);
    for (const name of [...data.distinctive, ...Object.values(data.aliases)]) expect(data.official).toContain(name);
    for (const name of data.repositories) expect(data.hosts).toContain(name.slice(0, name.indexOf('/')));
  });

  it('has a source for every row of retired', () => {
    for (const { link, why } of data.retired) {
      expect(link).toMatch(/^https:\/\//);
      expect(why).not.toMatch(/^[A-Z][a-z]+ing|\.$/);
    }
  });
});

describe('nearMiss', () => {
  it.each([
    ['a1pine', 'alpine'],
    ['a1pine:3.19', 'alpine'],
    ['g0lang', 'golang'],
    ['ng1nx', 'nginx'],
    ['ngnix', 'nginx'],
    ['docker.io/ngnix', 'nginx'],
    ['library/ngnix', 'nginx'],
    ['postgress', 'postgres'],
    ['reddis', 'redis'],
    ['pyhton', 'python'],
    ['pyton', 'python'],
    ['ubunut', 'ubuntu'],
    ['debain', 'debian'],
    ['busybxo', 'busybox'],
    ['rabitmq', 'rabbitmq'],
    ['elasticserch', 'elasticsearch'],
    ['haproxi', 'haproxy'],
    ['mongodb', 'mongo'],
    ['postgresql', 'postgres'],
    ['registry.k8s.io/ingress-nginx/controler', 'registry.k8s.io/ingress-nginx/controller'],
    ['ghcr.io/fluxcd/source-controler:v1', 'ghcr.io/fluxcd/source-controller'],
    ['grafana/grafnaa', 'grafana/grafana'],
    ['prom/promethues', 'prom/prometheus'],
    ['bitnami/postgressql', 'bitnami/postgresql'],
    ['qauy.io/acme/api', 'quay.io/acme/api'],
    ['ghrc.io/acme/api', 'ghcr.io/acme/api'],
    ['registry.k8s.oi/something', 'registry.k8s.io/something'],
  ])('%s → %s', (name, suggestion) => {
    expect(nearMiss(image(name))?.suggestion).toBe(suggestion);
  });

  it.each(
    [
      'ningx-ingress nginx-ingress nginx2 nginxs nginx-unprivileged python3 python-app mysqld mysql-backup redis-cli redis1 postgres15 golang-app alpine-base',
      'app api web frontend backend server worker host haven solar storms nodes trust http https kafka valkey keydb minio cents aline kiana',
      'capacitor pouchdb telegram zaproxy postgrey busyboy msql touchdb centos7 debian12 ubuntu2204 openjdk8 httpdx mono mongo kong',
      'acme/api registry.example.com/ngnix ghcr.io/acme/ngnix quay.io/acme/alpnie icr.io/a/b gcr.io/a/b lscr.io/a/b ocr.io/a/b localhost:5000/postgress',
      'registry.k8s.io/pause registry.k8s.io/etcd ghcr.io/linkerd/proxy prom/prometheus grafana/grafana1 bitnami/redis-cluster',
    ].flatMap((line) => line.split(' ')),
  )('leaves %s alone', (name) => {
    expect(nearMiss(image(name))).toBeUndefined();
  });

  it('flags no known name', () => {
    const set = new ImageSet([...data.official, ...data.repositories]);
    for (const name of [...data.official, ...data.repositories]) expect(nearMiss(image(name), set)).toBeUndefined();
  });

  it('holds an image against the others of its set', () => {
    const others = [
      'acme/payments-api:1',
      'acme/payments-api:2',
      'acme/payments-api',
      'acme/paymetns-api',
      'acme/frontend-v1',
      'acme/frontend-v2',
      'acme/frontend-v2',
      'bad image',
      '${IMAGE}',
    ];
    expect(nearMiss(image('acme/paymetns-api'), others)).toEqual({
      suggestion: 'acme/payments-api',
      of: 'set',
      why: 'two letters are swapped',
    });
    expect(nearMiss(image('acme/payments-apj'), [...others, 'acme/payments-apj'])).toMatchObject({
      suggestion: 'acme/payments-api',
    });
    expect(nearMiss(image('acme/payments-api'), others)).toBeUndefined();
    expect(nearMiss(image('acme/frontend-v1'), others)).toBeUndefined();
    expect(nearMiss(image('acme/apps'), ['acme/apps', 'acme/app', 'acme/app', 'acme/app'])).toBeUndefined();
    expect(nearMiss(image('acme/api'), ['acme/api', 'acme/app', 'acme/app', 'acme/app'])).toBeUndefined();
  });

  it('costs look-ups by the length of names, not by their number', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `registry.example.com/team/service-${i.toString(36)}-api`);
    const start = performance.now();
    const set = new ImageSet(names);
    for (const name of names) nearMiss(image(name), set);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('spellings', () => {
  it('groups what is one repository', () => {
    expect(
      spellings([
        'nginx',
        'nginx:1',
        'docker.io/nginx:1@sha256:' + 'a'.repeat(64),
        'library/nginx',
        'redis',
        'ghcr.io/a/b:2',
        'ghcr.io/a/b:3',
        'No',
        '${X}',
      ]),
    ).toEqual([{ canonical: 'docker.io/library/nginx', spellings: ['nginx', 'docker.io/nginx', 'library/nginx'] }]);
  });
});

describe('retiredImage', () => {
  it.each<[string, string | undefined, string | undefined, boolean?]>([
    ['k8s.gcr.io/pause:3.2', 'frozen', 'registry.k8s.io/pause', true],
    ['k8s.gcr.io/ingress-nginx/controller:v1', 'frozen', 'registry.k8s.io/ingress-nginx/controller', true],
    ['gcr.io/google-containers/busybox', 'frozen', 'registry.k8s.io/busybox', true],
    ['gcr.io/google_containers/pause-amd64:3.0', 'frozen', 'registry.k8s.io/pause-amd64', true],
    ['docker.pkg.github.com/acme/repo/api:1', 'moved', 'ghcr.io/acme/repo/api', true],
    ['bitnami/redis:7.0.11-debian-11-r12', 'gone', 'bitnamilegacy/redis', true],
    ['docker.io/bitnami/redis:latest', undefined, undefined],
    ['bitnami/redis', undefined, undefined],
    ['bitnami/redis@sha256:' + 'a'.repeat(64), undefined, undefined],
    ['bitnamilegacy/redis:7.0', undefined, undefined],
    ['registry.example.com/bitnami/redis:7.0', undefined, undefined],
    ['minio/minio:RELEASE.2024-09-13T20-26-02Z', 'gone', 'quay.io/minio/minio', true],
    ['minio/console', undefined, undefined],
    ['gcr.io/kubebuilder/kube-rbac-proxy:v0.13.1', 'gone', 'quay.io/brancz/kube-rbac-proxy', true],
    [
      'gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/git-init:v0.29.0',
      'gone',
      'ghcr.io/tektoncd/github.com/tektoncd/pipeline/cmd/git-init',
      true,
    ],
    ['gcr.io/istio-release/pilot:1.20.0', 'moved', 'istio/pilot', true],
    ['kong-docker-kuma-docker.bintray.io/kuma-cp:1.1.4', 'gone', undefined, false],
    ['quay.io/coreos/prometheus-operator:v0.38.1', 'frozen', 'quay.io/prometheus-operator/prometheus-operator', false],
    ['openjdk:11', 'frozen', 'eclipse-temurin', false],
    ['quay.io/coreos/etcd:v3.5.0', undefined, undefined],
    ['gcr.io/acme/api', undefined, undefined],
    ['k8s.gcr.io', undefined, undefined],
  ])('%s', (name, certainty, replacement, dropIn) => {
    const found = retiredImage(image(name));
    expect([found?.certainty, found?.replacement, found?.dropIn]).toEqual([certainty, replacement, dropIn]);
  });
});
