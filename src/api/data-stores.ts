import { parseImage } from './image-reference.ts';

/** A program that keeps data, as its widely used images are known: what a StatefulSet of it must not lose. */
export interface DataStore {
  readonly name: string;
  /** Folders that hold its data in the images of its makers, of Bitnami and of Confluent. */
  readonly dataPaths: readonly string[];
  /** Its members vote: half of them gone is all of them stopped. */
  readonly quorum: boolean;
  /** The folder is often set by a flag or a file, so that another one may be meant. */
  readonly movable: boolean;
}

const store = (name: string, dataPaths: readonly string[], more: Partial<DataStore> = {}): DataStore => ({
  name,
  dataPaths,
  quorum: false,
  movable: false,
  ...more,
});

const POSTGRES = store('PostgreSQL', ['/var/lib/postgresql', '/bitnami/postgresql', '/home/postgres/pgdata']);
const MYSQL = store('MySQL', ['/var/lib/mysql', '/bitnami/mysql']);
const MARIADB = store('MariaDB', ['/var/lib/mysql', '/bitnami/mariadb']);
const MONGO = store('MongoDB', ['/data/db', '/bitnami/mongodb'], { quorum: true, movable: true });
const ETCD = store('etcd', ['/var/lib/etcd', '/var/run/etcd', '/etcd-data', '/bitnami/etcd'], { quorum: true, movable: true });
const ZOOKEEPER = store('ZooKeeper', ['/data', '/var/lib/zookeeper', '/bitnami/zookeeper'], { quorum: true, movable: true });
const KAFKA = store('Kafka', ['/var/lib/kafka', '/tmp/kafka-logs', '/tmp/kraft-combined-logs', '/bitnami/kafka'], {
  quorum: true,
  movable: true,
});
const ELASTICSEARCH = store('Elasticsearch', ['/usr/share/elasticsearch/data', '/bitnami/elasticsearch'], { quorum: true });
const RABBITMQ = store('RabbitMQ', ['/var/lib/rabbitmq', '/bitnami/rabbitmq', '/opt/bitnami/rabbitmq/.rabbitmq/mnesia'], {
  quorum: true,
});
const INFLUXDB = store('InfluxDB', ['/var/lib/influxdb', '/var/lib/influxdb2', '/bitnami/influxdb']);

/** By the last part of the image's repository. */
const STORES: ReadonlyMap<string, DataStore> = new Map([
  ['postgres', POSTGRES],
  ['postgresql', POSTGRES],
  ['postgis', POSTGRES],
  ['pgvector', POSTGRES],
  ['timescaledb', POSTGRES],
  ['mysql', MYSQL],
  ['mysql-server', MYSQL],
  ['percona-server', MYSQL],
  ['mariadb', MARIADB],
  ['mongo', MONGO],
  ['mongodb', MONGO],
  ['mongodb-community-server', MONGO],
  ['percona-server-mongodb', MONGO],
  ['etcd', ETCD],
  ['zookeeper', ZOOKEEPER],
  ['cp-zookeeper', ZOOKEEPER],
  ['kafka', KAFKA],
  ['cp-kafka', KAFKA],
  ['cp-server', KAFKA],
  ['elasticsearch', ELASTICSEARCH],
  ['elasticsearch-oss', ELASTICSEARCH],
  ['opensearch', store('OpenSearch', ['/usr/share/opensearch/data', '/bitnami/opensearch'], { quorum: true })],
  ['rabbitmq', RABBITMQ],
  ['consul', store('Consul', ['/consul/data', '/bitnami/consul'], { quorum: true })],
  ['cockroach', store('CockroachDB', ['/cockroach/cockroach-data'], { quorum: true })],
  ['cassandra', store('Cassandra', ['/var/lib/cassandra', '/cassandra_data', '/bitnami/cassandra'], { movable: true })],
  ['clickhouse', store('ClickHouse', ['/var/lib/clickhouse', '/bitnami/clickhouse'])],
  ['clickhouse-server', store('ClickHouse', ['/var/lib/clickhouse'])],
  ['influxdb', INFLUXDB],
  ['couchdb', store('CouchDB', ['/opt/couchdb/data', '/bitnami/couchdb'])],
  ['neo4j', store('Neo4j', ['/data', '/bitnami/neo4j'])],
  ['minio', store('MinIO', ['/data', '/export', '/bitnami/minio'], { movable: true })],
  ['arangodb', store('ArangoDB', ['/var/lib/arangodb3'])],
  ['rethinkdb', store('RethinkDB', ['/data'])],
]);

/** What an image keeps, where it is a known data store. */
export function dataStoreOf(image: unknown): DataStore | undefined {
  if (typeof image !== 'string' || image.length > 512) return undefined;
  const parsed = parseImage(image);
  if ('error' in parsed) return undefined;
  return STORES.get(parsed.repository.slice(parsed.repository.lastIndexOf('/') + 1));
}

/** Whether a folder is another one, or lies in it. */
export function isWithin(inner: string, outer: string): boolean {
  const [x, y] = [inner, outer].map((path) => path.replace(/\/+$/, ''));
  return x === y || x!.startsWith(`${y}/`);
}
