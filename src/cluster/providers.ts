import { asArray, asObject, asString, at, isObject, type JsonObject } from '../api/manifest.ts';
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

type Maker = (object: KubeObject) => Omit<Provided, 'by' | 'namespace'> | undefined;

const secret = (name: unknown, keys?: Iterable<string>): Omit<Provided, 'by' | 'namespace'> | undefined =>
  typeof name === 'string' && name !== ''
    ? { kind: 'Secret', name, keys: keys === undefined ? undefined : new Set(keys) }
    : undefined;

/** Which custom kinds make a Secret or ConfigMap, and of what name. One row a kind; each mirrors the kind's own documentation. */
const MAKERS: Readonly<Record<string, Maker>> = {
  // external-secrets.io: spec.target.name, else its own name. The keys are open when dataFrom or a template adds some.
  'external-secrets.io/ExternalSecret': (object) => {
    const spec = asObject(object.value['spec']) ?? {};
    const target = asObject(spec['target']);
    const open = asArray(spec['dataFrom']).length > 0 || target?.['template'] != null || target?.['creationPolicy'] === 'Merge';
    const keys = open
      ? undefined
      : asArray(spec['data']).flatMap((item) => (isObject(item) ? (asString(item['secretKey']) ?? []) : []));
    return secret(asString(target?.['name']) ?? object.name, keys);
  },
  // bitnami.com SealedSecret: the template's name, else its own; the keys are those that are sealed and those of the template.
  'bitnami.com/SealedSecret': (object) => {
    const sealed = Object.keys(asObject(at(object.value, ['spec', 'encryptedData'])) ?? {});
    const plain = Object.keys(asObject(at(object.value, ['spec', 'template', 'data'])) ?? {});
    return secret(asString(at(object.value, ['spec', 'template', 'metadata', 'name'])) ?? object.name, [...sealed, ...plain]);
  },
  'cert-manager.io/Certificate': (object) => {
    const open = at(object.value, ['spec', 'keystores']) != null || at(object.value, ['spec', 'additionalOutputFormats']) != null;
    return secret(at(object.value, ['spec', 'secretName']), open ? undefined : ['tls.crt', 'tls.key', 'ca.crt']);
  },
  'secrets.infisical.com/InfisicalSecret': (object) => secret(at(object.value, ['spec', 'managedSecretReference', 'secretName'])),
  'secrets.hashicorp.com/VaultStaticSecret': (object) => secret(at(object.value, ['spec', 'destination', 'name'])),
  'secrets.hashicorp.com/VaultDynamicSecret': (object) => secret(at(object.value, ['spec', 'destination', 'name'])),
  'secrets.hashicorp.com/VaultPKISecret': (object) => secret(at(object.value, ['spec', 'destination', 'name'])),
  'ricoberger.de/VaultSecret': (object) => secret(object.name),
  'onepassword.com/OnePasswordItem': (object) => secret(object.name),
  'secrets.doppler.com/DopplerSecret': (object) => secret(at(object.value, ['spec', 'managedSecret', 'name'])),
  'isindir.github.com/SopsSecret': () => undefined,
  'kafka.strimzi.io/KafkaUser': (object) => secret(object.name),
  'acid.zalan.do/postgresql': () => undefined,
  'trust.cert-manager.io/Bundle': (object) => ({ kind: 'ConfigMap', name: object.name }),
};

/** What a custom resource makes, if its kind is known to. */
export function providedBy(object: KubeObject): Provided | undefined {
  if (object.builtIn) return undefined;
  const made = MAKERS[`${object.group}/${object.kind}`]?.(object);
  return made && { ...made, namespace: object.namespace, by: `${object.kind} ${object.name}` };
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
