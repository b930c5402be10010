import { asArray, asObject, asString, at, isObject, type JsonObject } from '../api/manifest.ts';
import type { Path } from '../source/path.ts';
import type { KubeObject } from './object.ts';

/** An object that something else makes: a controller from a custom resource, or kustomize from a generator. */
export interface Provided {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Its keys, where they are known. */
  readonly keys?: ReadonlySet<string>;
  /** It adds to an object that stands in the set: the keys there are not all. */
  readonly onto?: boolean;
  /** Who makes it, for messages. */
  readonly by: string;
}

type Made = Omit<Provided, 'by' | 'namespace'>;
type Maker = (object: KubeObject) => readonly Made[];

const named = (kind: string, name: unknown, keys?: Iterable<string>): readonly Made[] =>
  typeof name === 'string' && name !== '' ? [{ kind, name, keys: keys === undefined ? undefined : new Set(keys) }] : [];
const secret = (name: unknown, keys?: Iterable<string>) => named('Secret', name, keys);
const secretAt =
  (path: Path): Maker =>
  (object) =>
    secret(at(object.value, path));

/** Which custom kinds make Secrets, ConfigMaps and Services, and of what names. One row a kind; each mirrors the kind's own documentation. */
const MAKERS: Readonly<Record<string, Maker>> = {
  // external-secrets.io: spec.target.name, else its own name. The keys are open when dataFrom or a template adds some.
  'external-secrets.io/ExternalSecret': (object) => {
    const spec = asObject(object.value['spec']) ?? {};
    const target = asObject(spec['target']);
    if (target?.['creationPolicy'] === 'None') return [];
    const name = asString(target?.['name']) ?? object.name;
    const manifest = asObject(target?.['manifest']);
    if (manifest !== undefined) return named(asString(manifest['kind']) ?? 'Secret', name);
    const open = asArray(spec['dataFrom']).length > 0 || target?.['template'] != null || target?.['creationPolicy'] === 'Merge';
    const keys = open
      ? undefined
      : asArray(spec['data']).flatMap((item) => (isObject(item) ? (asString(item['secretKey']) ?? []) : []));
    return secret(name, keys);
  },
  // bitnami.com SealedSecret: the template's name, else its own; the keys are those that are sealed and those of the template.
  'bitnami.com/SealedSecret': (object) => {
    const sealed = Object.keys(asObject(at(object.value, ['spec', 'encryptedData'])) ?? {});
    const plain = Object.keys(asObject(at(object.value, ['spec', 'template', 'data'])) ?? {});
    return secret(asString(at(object.value, ['spec', 'template', 'metadata', 'name'])) ?? object.name, [...sealed, ...plain]);
  },
  'cert-manager.io/Certificate': (object) => {
    const open = at(object.value, ['spec', 'keystores']) != null || at(object.value, ['spec', 'additionalOutputFormats']) != null;
    return secret(at(object.value, ['spec', 'secretName']), open ? undefined : TLS_KEYS);
  },
  'cert-manager.io/Issuer': secretAt(['spec', 'acme', 'privateKeySecretRef', 'name']),
  'secrets.infisical.com/InfisicalSecret': secretAt(['spec', 'managedSecretReference', 'secretName']),
  'secrets.hashicorp.com/VaultStaticSecret': secretAt(['spec', 'destination', 'name']),
  'secrets.hashicorp.com/VaultDynamicSecret': secretAt(['spec', 'destination', 'name']),
  'secrets.hashicorp.com/VaultPKISecret': secretAt(['spec', 'destination', 'name']),
  'ricoberger.de/VaultSecret': (object) => secret(object.name),
  'onepassword.com/OnePasswordItem': (object) => secret(object.name),
  'secrets.doppler.com/DopplerSecret': secretAt(['spec', 'managedSecret', 'name']),
  'isindir.github.com/SopsSecret': ({ value }) =>
    asArray(at(value, ['spec', 'secretTemplates'])).flatMap((template) => {
      if (!isObject(template)) return [];
      const fields = ['stringData', 'data'].flatMap((field) => Object.keys(asObject(template[field]) ?? {}));
      return secret(template['name'], fields);
    }),
  'spv.no/AzureKeyVaultSecret': secretAt(['spec', 'output', 'secret', 'name']),
  'k8s.bitwarden.com/BitwardenSecret': secretAt(['spec', 'secretName']),
  'kafka.strimzi.io/KafkaUser': (object) => secret(object.name),
  'rabbitmq.com/RabbitmqCluster': ({ name }) => [...secret(`${name}-default-user`), ...named('Service', name)],
  'postgresql.cnpg.io/Cluster': ({ name, value }) => [
    ...secret(asString(at(value, ['spec', 'bootstrap', 'initdb', 'secret', 'name'])) ?? `${name}-app`),
    ...['rw', 'ro', 'r'].flatMap((role) => named('Service', `${name}-${role}`)),
  ],
  // The names of users, with what a name may not hold put in order.
  'acid.zalan.do/postgresql': ({ name, value }) => [
    ...['postgres', 'standby', ...Object.keys(asObject(at(value, ['spec', 'users'])) ?? {})].flatMap((user) =>
      secret(`${user.replaceAll('_', '-')}.${name}.credentials.postgresql.acid.zalan.do`, ['username', 'password']),
    ),
    ...named('Service', name),
    ...named('Service', `${name}-repl`),
  ],
  'trust.cert-manager.io/Bundle': (object) => named('ConfigMap', object.name),
};

const TLS_KEYS = ['tls.crt', 'tls.key', 'ca.crt'];

/** The annotations by which cert-manager makes a Certificate for each `tls` entry of an Ingress. */
const ISSUERS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'];

/** What an object makes, if its kind is known to. */
export function providedBy(object: KubeObject): readonly Provided[] {
  const made =
    object.kind === 'Ingress' && object.builtIn
      ? certificatesOf(object)
      : object.builtIn
        ? []
        : MAKERS[`${object.group}/${object.kind}`]?.(object);
  if (made === undefined || made.length === 0) return NOTHING;
  return made.map((one) => ({ ...one, namespace: object.namespace, by: `${object.kind} ${object.name}` }));
}

const NOTHING: readonly Provided[] = [];

function certificatesOf({ value }: KubeObject): readonly Made[] {
  const annotations = asObject(at(value, ['metadata', 'annotations']));
  if (annotations === undefined || !ISSUERS.some((name) => Object.hasOwn(annotations, name))) return [];
  return asArray(at(value, ['spec', 'tls'])).flatMap((tls) => (isObject(tls) ? secret(tls['secretName'], TLS_KEYS) : []));
}

/** Kinds of which it is known what they make: what stands above, or nothing. `*` for all kinds of a group. */
const UNDERSTOOD = new Set([
  'argoproj.io/AnalysisTemplate',
  'argoproj.io/ClusterAnalysisTemplate',
  'argoproj.io/Rollout',
  'autoscaling.k8s.io/*',
  'bitnami.com/SealedSecret',
  'cert-manager.io/Certificate',
  'cilium.io/CiliumClusterwideNetworkPolicy',
  'cilium.io/CiliumNetworkPolicy',
  'external-secrets.io/ExternalSecret',
  'external-secrets.io/SecretStore',
  'external-secrets.io/ClusterSecretStore',
  'gateway.networking.k8s.io/BackendTLSPolicy',
  'gateway.networking.k8s.io/GatewayClass',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/ReferenceGrant',
  'gateway.networking.k8s.io/TCPRoute',
  'gateway.networking.k8s.io/TLSRoute',
  'gateway.networking.k8s.io/UDPRoute',
  'keda.sh/ClusterTriggerAuthentication',
  'keda.sh/ScaledObject',
  'keda.sh/TriggerAuthentication',
  'monitoring.coreos.com/PodMonitor',
  'monitoring.coreos.com/Probe',
  'monitoring.coreos.com/PrometheusRule',
  'monitoring.coreos.com/ScrapeConfig',
  'monitoring.coreos.com/ServiceMonitor',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/Gateway',
  'networking.istio.io/ServiceEntry',
  'networking.istio.io/Sidecar',
  'networking.istio.io/VirtualService',
  'policy.networking.k8s.io/*',
  'security.istio.io/*',
  'snapshot.storage.k8s.io/*',
  'telemetry.istio.io/*',
  'traefik.io/*',
]);

/** Whether all that a custom resource makes is known: that it names something is then no sign that the thing is there. */
export function isUnderstood({ group, kind }: KubeObject): boolean {
  return UNDERSTOOD.has(`${group}/${kind}`) || UNDERSTOOD.has(`${group}/*`);
}

/** All strings in a value, for "does any custom resource speak of this name"; bounded, iterative. */
export function stringsIn(value: JsonObject, into: Set<string>): void {
  const stack: unknown[] = [value];
  let budget = 100_000;
  while (stack.length > 0 && budget-- > 0) {
    const node = stack.pop();
    if (typeof node === 'string') {
      if (node.length <= 253) into.add(node);
    } else if (Array.isArray(node)) for (const item of node) stack.push(item);
    else if (isObject(node)) for (const key of Object.keys(node)) stack.push(node[key]);
  }
}
