import { asObject, asString, isObject, objectsOf } from '../api/manifest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { keysOf } from '../cluster/keys.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { Container } from '../cluster/pods.ts';
import { type EnvironmentFacts, serviceVariableName, variableReferences } from './environment.ts';
import { commandLineOf, execCommandLine } from './shell.ts';

/** The names in `$(NAME)` that a container writes where the kubelet would replace them. */
export function namesReferredTo(container: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (text: unknown): void => {
    if (typeof text !== 'string' || !text.includes('$(')) return;
    for (const { name } of variableReferences(text)) names.add(name);
  };
  const value = asObject(container);
  if (value === undefined) return names;
  for (const { text } of commandLineOf(value)?.words ?? []) look(text);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    for (const { text } of execCommandLine(value[probe])?.words ?? []) look(text);
  for (const [entry] of objectsOf(value['env'])) look(entry['value']);
  for (const [mount] of objectsOf(value['volumeMounts'])) look(mount['subPathExpr']);
  return names;
}

/**
 * What the cluster knows of the environment of a container. Of the Services only those are handed over that `names` could be
 * variables of, so that a container costs what it writes, however many Services there are.
 */
export function environmentFacts({ pod }: Container, names: Iterable<string>, cluster: Cluster): EnvironmentFacts {
  const { namespace, spec } = pod;
  return {
    serviceLinks: spec.enableServiceLinks !== false,
    services: servicesNamed(names, servicesIn(cluster, namespace)),
    allServices: cluster.closed && cluster.options.open !== true,
    // One that does not exist keeps the container from starting, and is told as that.
    source: (kind, name) => {
      const keys = keysOf(cluster, kind, namespace, name);
      return keys && valuesOf(keys, cluster.get(kind, namespace, name));
    },
  };
}

/** Keys with their values, which only a ConfigMap of the set shows. What is binary does not become a variable. */
function valuesOf(keys: Iterable<string>, object: KubeObject | undefined): ReadonlyMap<string, string | undefined> {
  const data = object?.kind === 'ConfigMap' && object.origin !== 'fact' ? asObject(object.value['data']) : undefined;
  const binary = asObject(object?.value['binaryData']);
  const values = new Map<string, string | undefined>();
  for (const key of keys) {
    if (binary !== undefined && Object.hasOwn(binary, key)) continue;
    values.set(key, data !== undefined && Object.hasOwn(data, key) ? asString(data[key]) : undefined);
  }
  return values;
}

type Index = ReadonlyMap<string, readonly KubeObject[]>;

const indexes = new WeakMap<Cluster, Map<string, Index>>();

/** The Services of a namespace by what their variables begin with: `DB` for `db`. */
function servicesIn(cluster: Cluster, namespace: string): Index {
  let byNamespace = indexes.get(cluster);
  if (byNamespace === undefined) {
    byNamespace = new Map<string, Map<string, KubeObject[]>>();
    for (const service of cluster.ofKind('Service')) {
      let index = byNamespace.get(service.namespace) as Map<string, KubeObject[]> | undefined;
      if (index === undefined) byNamespace.set(service.namespace, (index = new Map()));
      const prefix = serviceVariableName(service.name);
      const list = index.get(prefix);
      if (list) list.push(service);
      else index.set(prefix, [service]);
    }
    indexes.set(cluster, byNamespace);
  }
  return byNamespace.get(namespace) ?? NONE;
}

const NONE: Index = new Map();

function servicesNamed(names: Iterable<string>, index: Index): unknown[] {
  const found = new Set<unknown>();
  for (const name of names) {
    if (name.length > 400) continue;
    for (let at = name.indexOf('_'); at > 0; at = name.indexOf('_', at + 1))
      for (const service of index.get(name.slice(0, at)) ?? []) if (isObject(service.value)) found.add(service.value);
  }
  return [...found];
}
