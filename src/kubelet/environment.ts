import { closest } from '../api/closest.ts';
import { asArray, asObject, asString, type JsonObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { commandLineOf, execCommandLine } from './shell.ts';

/** A variable that the kubelet would set. */
export interface Variable {
  /** Undefined where only the cluster knows it, or where it comes from a Secret. */
  readonly value?: string;
  readonly from: 'env' | 'envFrom' | 'service';
}

export interface Environment {
  readonly variables: ReadonlyMap<string, Variable>;
  /** True when there may be more variables than these: a source that is not known, a name that is a placeholder. */
  readonly open: boolean;
}

/** What is known around a container. */
export interface EnvironmentFacts {
  /** `enableServiceLinks` of the Pod; the API server fills in true. */
  readonly serviceLinks?: boolean;
  /** Services of the container's namespace, as objects. */
  readonly services?: Iterable<unknown>;
  /** True when `services` are all that there are. Otherwise every `*_SERVICE_HOST` may exist. */
  readonly allServices?: boolean;
  /**
   * Keys of a ConfigMap or Secret in the namespace, with their values for a ConfigMap; undefined when it is not known,
   * null when it is known not to exist.
   */
  readonly source?: (kind: 'ConfigMap' | 'Secret', name: string) => ReadonlyMap<string, string | undefined> | null | undefined;
}

/** A `$(NAME)` in a text, in UTF-16 offsets from the dollar sign to behind the bracket. */
export interface VariableReference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces `$(NAME)` by what `lookup` gives. Undefined stays as it is written, `$$` becomes `$`.
 * Mirrors k8s.io/kubernetes/third_party/forked/golang/expansion.Expand. Linear.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let out = '';
  let done = 0;
  scan(text, (start, end, name) => {
    out += text.slice(done, start);
    out += name === undefined ? '$' : (lookup(name) ?? text.slice(start, end));
    done = end;
  });
  return done === 0 ? text : out + text.slice(done);
}

/** The `$(NAME)` of a text. `$$(NAME)` is none. */
export function variableReferences(text: string): VariableReference[] {
  const found: VariableReference[] = [];
  scan(text, (start, end, name) => {
    if (name !== undefined) found.push({ name, start, end });
  });
  return found;
}

/** Calls back for each `$$` (without a name) and each `$(name)`. */
function scan(text: string, found: (start: number, end: number, name: string | undefined) => void): void {
  let close = 0;
  for (let at = text.indexOf('$'); at >= 0 && at + 1 < text.length; at = text.indexOf('$', at)) {
    const next = text[at + 1];
    if (next === '$') {
      found(at, at + 2, undefined);
      at += 2;
    } else if (next === '(') {
      // Once no bracket closes, none does for later ones.
      if (close >= 0 && close < at + 2) close = text.indexOf(')', at + 2);
      if (close < 0) at += 2;
      else {
        found(at, close + 1, text.slice(at + 2, close));
        at = close + 1;
      }
    } else at += 2;
  }
}

/**
 * The variables that the kubelet would set in a container, in its order: envFrom, then env, where a later one wins and `$(NAME)`
 * sees what came before, then Services. Variables of the image are not among them.
 *
 * Mirrors pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
 */
export function environmentOf(container: unknown, facts: EnvironmentFacts = {}): Environment {
  return build(container, facts, undefined);
}

type Seen = (entry: JsonObject, index: number, before: ReadonlyMap<string, Variable>, open: boolean) => void;

function build(container: unknown, facts: EnvironmentFacts, seen: Seen | undefined): Environment {
  const value = asObject(container) ?? {};
  const variables = new Map<string, Variable>();
  const services = serviceEnvironment(facts);
  let open = false;

  for (const [entry] of objectsOf(value['envFrom'])) {
    const prefix = asString(entry['prefix']) ?? '';
    const [kind, reference] =
      asObject(entry['configMapRef']) !== undefined
        ? (['ConfigMap', asObject(entry['configMapRef'])] as const)
        : (['Secret', asObject(entry['secretRef'])] as const);
    const name = asString(reference?.['name']);
    if (name === undefined) continue;
    const keys = isUnknown(name) || isUnknown(prefix) ? undefined : facts.source?.(kind, name);
    if (keys === undefined) open = true;
    else if (keys !== null) {
      for (const [key, text] of keys)
        variables.set(prefix + key, { from: 'envFrom', value: kind === 'Secret' ? undefined : text });
    }
  }

  for (const [entry, index] of objectsOf(value['env'])) {
    seen?.(entry, index, variables, open);
    const name = asString(entry['name']);
    if (name === undefined) continue;
    if (isUnknown(name)) {
      open = true;
      continue;
    }
    const text = asString(entry['value']);
    const source = asObject(entry['valueFrom']);
    if (text !== undefined && text !== '') {
      const known = isUnknown(text) ? undefined : expandKnown(text, variables, services, open);
      variables.set(name, { from: 'env', value: known });
    } else if (source === undefined) variables.set(name, { from: 'env', value: '' });
    else {
      const resolved = valueFrom(source, facts);
      if (resolved !== null) variables.set(name, { from: 'env', value: resolved });
    }
  }

  for (const [name, variable] of services) if (!variables.has(name)) variables.set(name, variable);
  return { variables, open };
}

/** The value of an entry, undefined where it is not known, null where an optional source leaves the variable out. */
function valueFrom(source: JsonObject, { source: keysOf }: EnvironmentFacts): string | undefined | null {
  for (const [field, kind] of KEY_REFS) {
    const reference = asObject(source[field]);
    if (reference === undefined) continue;
    const name = asString(reference['name']) ?? '';
    const key = asString(reference['key']) ?? '';
    if (isUnknown(name) || isUnknown(key)) return undefined;
    const keys = keysOf?.(kind, name);
    if (keys === undefined) return undefined;
    if (keys?.has(key)) return kind === 'Secret' ? undefined : keys.get(key);
    return reference['optional'] === true ? null : undefined;
  }
  return undefined;
}

const KEY_REFS = [
  ['configMapKeyRef', 'ConfigMap'],
  ['secretKeyRef', 'Secret'],
] as const;

/** Undefined where a reference has no known value. */
function expandKnown(
  text: string,
  variables: ReadonlyMap<string, Variable>,
  services: ReadonlyMap<string, Variable>,
  open: boolean,
): string | undefined {
  let known = true;
  const out = expand(text, (name) => {
    const variable = variables.get(name) ?? services.get(name);
    if (variable === undefined ? open || isServiceVariable(name) : variable.value === undefined) known = false;
    return variable?.value;
  });
  return known ? out : undefined;
}

function serviceEnvironment({ serviceLinks = true, services = [] }: EnvironmentFacts): Map<string, Variable> {
  const out = new Map<string, Variable>();
  const add = (name: string, value?: string): void => void out.set(name, { from: 'service', value });
  if (serviceLinks) for (const service of services) serviceVariables(service, add);
  // The API server's own Service is linked always.
  serviceVariables({ metadata: { name: 'kubernetes' }, spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP' }] } }, add);
  return out;
}

/**
 * Variables for one Service: `DB_SERVICE_HOST`, `DB_SERVICE_PORT`, `DB_PORT_5432_TCP_ADDR`, …; none for headless and external
 * ones. Values that hold the cluster IP are left out, unless the manifest gives one. Mirrors pkg/kubelet/envvars.
 */
export function serviceVariables(service: unknown, add: (name: string, value?: string) => void): void {
  const object = asObject(service);
  const spec = asObject(object?.['spec']);
  const name = asString(asObject(object?.['metadata'])?.['name']);
  if (spec === undefined || name === undefined || isUnknown(name)) return;
  const ip = asString(spec['clusterIP']);
  if (ip === 'None' || spec['type'] === 'ExternalName') return;
  const known = ip === undefined || ip === '' || isUnknown(ip) ? undefined : ip;
  const ports = asArray(spec['ports']);
  if (ports.length === 0) return;
  const prefix = serviceVariableName(name);
  add(`${prefix}_SERVICE_HOST`, known);
  for (let i = 0; i < ports.length; i++) {
    const port = asObject(ports[i]);
    const number = port?.['port'];
    if (typeof number !== 'number') continue;
    const protocol = asString(port?.['protocol']) ?? 'TCP';
    const portName = asString(port?.['name']);
    const host = known?.includes(':') ? `[${known}]` : known;
    const url = host === undefined ? undefined : `${protocol.toLowerCase()}://${host}:${number}`;
    if (i === 0) {
      add(`${prefix}_SERVICE_PORT`, String(number));
      add(`${prefix}_PORT`, url);
    }
    if (portName !== undefined && portName !== '') add(`${prefix}_SERVICE_PORT_${serviceVariableName(portName)}`, String(number));
    const portPrefix = `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
    add(portPrefix, url);
    add(`${portPrefix}_PROTO`, protocol.toLowerCase());
    add(`${portPrefix}_PORT`, String(number));
    add(`${portPrefix}_ADDR`, known);
  }
}

/** `my-db` → `MY_DB`: what the variables for a Service or a port of that name begin with. */
export function serviceVariableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

function isServiceVariable(name: string): boolean {
  return /_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\d+_[A-Z]+(?:_(?:PROTO|PORT|ADDR))?)?)$/.test(name);
}

/** A `$(NAME)` that the kubelet would leave as it stands (or, in a subPathExpr, refuse). */
export interface UndefinedVariable {
  readonly name: string;
  /** Relative to the container: `['args', 1]`, `['env', 2, 'value']`, `['volumeMounts', 0, 'subPathExpr']`. */
  readonly path: Path;
  /**
   * `undefined`: the container has no such variable. `later`: `env` defines it, but further down, so that it is not there yet.
   * `static`: an exec probe sees only what `env` gives a plain value: one with `valueFrom` is empty there, one of `envFrom` stays as written.
   */
  readonly why: 'undefined' | 'later' | 'static';
  /** For `later`: the entry of `env` that defines it. */
  readonly definedAt?: number;
  /** A variable of nearly that name. */
  readonly near?: string;
  /** The kubelet's words, where it refuses to make the container: `missing value for NAME`. */
  readonly says?: string;
}

/**
 * `$(NAME)` in command, args, env values, exec probes and subPathExpr that name no variable. Silent where the environment is
 * open, on names that no variable could have, and on command substitution in shell scripts (`sh -c 'echo $(date)'`).
 */
export function undefinedVariables(container: unknown, facts: EnvironmentFacts = {}): UndefinedVariable[] {
  const value = asObject(container);
  if (value === undefined) return [];
  const found: UndefinedVariable[] = [];
  const definedAt = new Map<string, number>();
  for (const [entry, index] of objectsOf(value['env'])) {
    const name = asString(entry['name']);
    if (name !== undefined) definedAt.set(name, index);
  }
  const allServices = facts.allServices === true;
  // Each look for a near name reads all names; a container with very many faults gets by without.
  const near = (name: string, among: ReadonlyMap<string, unknown>): string | undefined =>
    found.length < 32 ? closest(name, among.keys()) : undefined;
  const mayExist = (name: string): boolean =>
    !NAME.test(name) || (!allServices && facts.serviceLinks !== false && isServiceVariable(name));

  const services = serviceEnvironment(facts);
  const environment = build(value, facts, (entry, index, before, open) => {
    const text = asString(entry['value']);
    if (open || text === undefined || isUnknown(text)) return;
    for (const name of namesIn(text)) {
      if (before.has(name) || services.has(name) || mayExist(name)) continue;
      const at = definedAt.get(name);
      const path: Path = ['env', index, 'value'];
      if (at !== undefined && at >= index) found.push({ name, path, why: 'later', definedAt: at });
      else found.push({ name, path, why: 'undefined', near: near(name, before) });
    }
  });

  const { variables, open } = environment;
  const missing = (text: string, path: Path, script: boolean): void => {
    if (open || isUnknown(text)) return;
    for (const name of namesIn(text)) {
      if (variables.has(name) || mayExist(name) || (script && !SHOUTED.test(name))) continue;
      found.push({ name, path, why: 'undefined', near: near(name, variables) });
    }
  };
  for (const { text, path, role } of commandLineOf(value)?.words ?? []) {
    if (text.includes('$(')) missing(text, path, role === 'script' || role === 'code');
  }

  for (const [mount, index] of objectsOf(value['volumeMounts'])) {
    const text = asString(mount['subPathExpr']);
    if (open || text === undefined || isUnknown(text)) continue;
    for (const name of namesIn(text)) {
      const variable = variables.get(name);
      if ((variable !== undefined && variable.value !== '') || mayExist(name)) continue;
      const path: Path = ['volumeMounts', index, 'subPathExpr'];
      found.push({ name, path, why: 'undefined', near: near(name, variables), says: `missing value for ${name}` });
    }
  }

  // Exec probes are expanded with `env` alone, and there with the values as they are written.
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    for (const { text, path: at, role } of execCommandLine(value[probe])?.words ?? []) {
      if (!text.includes('$(') || isUnknown(text)) continue;
      const script = role === 'script' || role === 'code';
      const path: Path = [probe, ...at];
      for (const name of namesIn(text)) {
        if (!NAME.test(name) || (script && !SHOUTED.test(name))) continue;
        const entry = asObject(asArray(value['env'])[definedAt.get(name) ?? -1]);
        if (entry !== undefined) {
          if (asObject(entry['valueFrom']) !== undefined) found.push({ name, path, why: 'static' });
        } else if (variables.has(name)) found.push({ name, path, why: 'static' });
        else if (!open && !mayExist(name)) found.push({ name, path, why: 'undefined', near: near(name, definedAt) });
      }
    }
  }
  return found;
}

/** Each name once. */
function namesIn(text: string): Set<string> {
  return new Set(variableReferences(text).map(({ name }) => name));
}

/** What people name variables. The API server takes more, but `$(date +%s)` and Tekton's `$(params.x)` are none of them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SHOUTED = /^[A-Z_][A-Z0-9_]*$/;
