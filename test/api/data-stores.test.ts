import { describe, expect, it } from 'vitest';
import { dataStoreOf, isWithin } from '../../src/api/data-stores.ts';

describe('data stores', () => {
  it.each([
    ['postgres:17', 'PostgreSQL'],
    ['docker.io/bitnamilegacy/postgresql:17.5.0', 'PostgreSQL'],
    ['quay.io/coreos/etcd:v3.6.4', 'etcd'],
    ['docker.elastic.co/elasticsearch/elasticsearch:9.1.0', 'Elasticsearch'],
    ['confluentinc/cp-kafka:8.0.0', 'Kafka'],
    [`mongo@sha256:${'0'.repeat(64)}`, 'MongoDB'],
  ])('%s is %s', (image, name) => expect(dataStoreOf(image)?.name).toBe(name));

  it.each([
    'nginx:1.29',
    'quay.io/prometheuscommunity/postgres-exporter:v0.17.1',
    'example.com/postgres/backup',
    'NOT an image',
    '',
    `x${'y'.repeat(600)}`,
  ])('%s is none', (image) => expect(dataStoreOf(image)).toBeUndefined());

  it.each([undefined, null, 5, {}, []])('%s is none', (image) => expect(dataStoreOf(image)).toBeUndefined());
});

describe('folders', () => {
  it('lie in themselves and in those above', () => {
    expect(isWithin('/var/lib/mysql', '/var/lib/mysql/')).toBe(true);
    expect(isWithin('/var/lib/mysql/data', '/var/lib/mysql')).toBe(true);
    expect(isWithin('/var/lib/mysql', '/')).toBe(true);
    expect(isWithin('/var/lib/mysql2', '/var/lib/mysql')).toBe(false);
    expect(isWithin('/var/lib', '/var/lib/mysql')).toBe(false);
  });
});
