import { closest } from '../api/closest.ts';
import { parseImage } from '../api/image-reference.ts';
import { asObject, asString } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { arrival, COMPONENTS, type Component, componentData, has, type KnownFlag, removal } from './component-data.ts';

export type { Component } from './component-data.ts';

/** A command line that a component would not start with. */
export interface CommandLineFault {
  /** Of the argument in `argv`. */
  readonly index: number;
  /** Where it is known that an older release took it. */
  readonly removedIn?: string;
  readonly lastIn?: string;
  /** Where a newer release takes it. */
  readonly since?: string;
  /** What to write or do instead, as a short phrase that follows "use": `--secure-port`. */
  readonly replacement?: string;
  /** The component's words, on its standard error. It then exits with 1. */
  readonly says: string;
}

export interface FlagFault extends CommandLineFault {
  /** Without dashes and value: `network-plugin`. */
  readonly flag: string;
  /** A known flag that differs by a slip of the fingers. */
  readonly near?: string;
}

export interface GateFault extends CommandLineFault {
  readonly gate: string;
  readonly near?: string;
}

export interface PluginFault extends CommandLineFault {
  readonly plugin: string;
}

export interface ComponentCommand {
  readonly component: Component;
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  /** Where each stands, relative to the container. */
  readonly paths: readonly Path[];
  /** Minor release of the image's tag (`v1.24.3`: 24), if it has such a tag. */
  readonly minor?: number;
}

/** Which component a container runs: by the program it names, else by the last part of its image's name. */
export function componentOf(container: unknown): Component | undefined {
  return componentCommand(container)?.component;
}

/**
 * The command line of a component, as the container gives it; undefined where another program runs (a shell, a wrapper) or
 * the container leaves open what its image runs.
 */
export function componentCommand(container: unknown): ComponentCommand | undefined {
  const value = asObject(container);
  if (value === undefined) return undefined;
  const words: string[] = [];
  const paths: Path[] = [];
  for (const field of ['command', 'args']) {
    const list = value[field];
    if (!Array.isArray(list)) continue;
    for (let i = 0; i < list.length; i++) {
      const word: unknown = list[i];
      if (typeof word !== 'string') return undefined;
      words.push(word);
      paths.push([field, i]);
    }
  }
  if (words.length === 0) return undefined;
  let skip = 0;
  let component = named(words[0]!);
  const image = asString(value['image']) ?? '';
  if (component !== undefined) skip = 1;
  else if (base(words[0]!) === 'hyperkube' || base(words[0]!) === 'go-runner' || base(words[0]!) === 'kube-log-runner') {
    // Wrappers take flags of their own before the program's name.
    while (++skip < words.length && words[skip]!.startsWith('-'));
    component = skip < words.length ? named(words[skip]!) : undefined;
    skip++;
  } else if (words[0]!.startsWith('-') && !Array.isArray(value['command'])) {
    // Most images are of other programs, and are not taken apart.
    if (!COMPONENTS.some((name) => image.includes(name))) return undefined;
    const reference = parseImage(image);
    if (!('error' in reference)) component = named(reference.repository);
  }
  if (component === undefined) return undefined;
  const reference = parseImage(image);
  const minor = 'error' in reference ? undefined : minorOfTag(reference.tag);
  return { component, argv: words.slice(skip), paths: paths.slice(skip), minor };
}

function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function named(path: string): Component | undefined {
  const name = base(path).replace(/-(?:amd64|arm64|arm|ppc64le|s390x)$/, '');
  return COMPONENTS.find((component) => component === name);
}

function minorOfTag(tag: string | undefined): number | undefined {
  const found = /^v?1\.(\d{1,2})(?:\.|$)/.exec(tag ?? '');
  return found === null ? undefined : Number(found[1]);
}

/** One flag of a command line. */
interface WrittenFlag {
  readonly name: string;
  /** As it is written, underscores and all. */
  readonly written: string;
  readonly index: number;
  readonly known: KnownFlag | undefined;
  /** Undefined for a switch without one, and where the value is another argument (`valueIndex`) that is not there. */
  readonly value: string | undefined;
  readonly valueIndex: number;
  /** Written with one dash. */
  readonly short?: string;
}

/**
 * Reads a command line as github.com/spf13/pflag does with Kubernetes' normalization (`_` is `-`). An unknown flag takes the
 * next argument along when that does not look like a flag, since its parser would have stopped there.
 */
function* parse(component: Component, argv: readonly string[], minor: number): Generator<WrittenFlag> {
  const known = componentData().flags[component];
  const find = (name: string): KnownFlag | undefined => {
    const flag = known.get(name);
    return flag !== undefined && has(flag.in, minor) ? flag : undefined;
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') return;
    if (word.length < 2 || !word.startsWith('-')) continue;
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const written = equals < 0 ? word.slice(2) : word.slice(2, equals);
      if (isUnknown(written)) continue;
      const name = written.replaceAll('_', '-');
      const flag = find(name);
      if (equals >= 0) yield { name, written, index: i, known: flag, value: word.slice(equals + 1), valueIndex: i };
      else if (flag === undefined ? argv[i + 1] !== undefined && !argv[i + 1]!.startsWith('-') : !flag.switch) {
        yield { name, written, index: i, known: flag, value: argv[i + 1], valueIndex: i + 1 };
        i++;
      } else yield { name, written, index: i, known: flag, value: undefined, valueIndex: i };
      continue;
    }
    if (isUnknown(word)) continue;
    const letter = word[1]!;
    let flag: KnownFlag | undefined;
    for (const candidate of known.values()) if (candidate.short === letter && has(candidate.in, minor)) flag = candidate;
    if (flag === undefined)
      yield {
        name: word.slice(1),
        written: word.slice(1),
        index: i,
        known: undefined,
        value: undefined,
        valueIndex: i,
        short: letter,
      };
    else if (!flag.switch && word.length === 2) i++;
  }
}

/**
 * Flags that a component of release 1.`minor` does not know: it says so and exits. Arguments that hold placeholders are passed
 * over. Releases outside of the tables (1.20 to 1.37) are not judged.
 */
export function unknownFlags(component: Component, argv: readonly string[], minor: number): FlagFault[] {
  const data = componentData();
  if (minor < data.from || minor > data.to) return [];
  const faults: FlagFault[] = [];
  for (const { name, written, index, known, short } of parse(component, argv, minor)) {
    if (known !== undefined) continue;
    if (short !== undefined) {
      const long = data.flags[component].get(name.replace(/=.*$/s, '').replaceAll('_', '-'));
      const near = long !== undefined && has(long.in, minor) ? long.name : undefined;
      faults.push({ flag: name, index, near, says: `unknown shorthand flag: '${short}' in -${name}` });
      continue;
    }
    const flag = data.flags[component].get(name);
    const gone = flag === undefined ? {} : removal(flag.in, minor);
    const fault: FlagFault = {
      flag: name,
      index,
      ...gone,
      since: flag === undefined ? undefined : arrival(flag.in, minor),
      replacement: replacementOf(component, name),
      near: flag === undefined && faults.length < MANY ? closest(name, current(component, minor)) : undefined,
      says: `unknown flag: --${written}`,
    };
    faults.push(fault);
  }
  return faults;
}

/** Each look for a near name reads all of them; a command line with more faults than this gets by without. */
const MANY = 32;

function* current(component: Component, minor: number): Generator<string> {
  for (const flag of componentData().flags[component].values()) if (has(flag.in, minor)) yield flag.name;
}

/** Feature gates that the release does not know, or that it would not set to the value. */
export function unknownFeatureGates(component: Component, argv: readonly string[], minor: number): GateFault[] {
  const faults: GateFault[] = [];
  for (const { name, value, valueIndex } of parse(component, argv, minor)) {
    if (name !== 'feature-gates' || value === undefined || isUnknown(value)) continue;
    for (const pair of unquoted(value).split(',')) {
      const equals = pair.indexOf('=');
      if (equals < 0) continue;
      // Since 1.31 a gate may be said to be of a component: `kube:Gate=true`.
      const gate = pair
        .slice(0, equals)
        .trim()
        .replace(/^kube:/, '');
      const fault = gateFault(gate, BOOLEANS.get(pair.slice(equals + 1).trim()), minor, faults.length < MANY);
      if (fault !== undefined) faults.push({ ...fault, index: valueIndex });
    }
  }
  return faults;
}

/** The same for one entry of a `featureGates` map, as in a KubeletConfiguration. */
export function gateFault(
  gate: string,
  value: boolean | undefined,
  minor: number,
  look = true,
): Omit<GateFault, 'index'> | undefined {
  const data = componentData();
  if (gate === '' || gate.includes(':') || minor < data.from || minor > data.to || isUnknown(gate)) return undefined;
  const known = data.gates.get(gate);
  if (known !== undefined && has(known.in, minor)) {
    const locked = has(known.lockedTrue, minor) ? true : has(known.lockedFalse, minor) ? false : undefined;
    if (locked === undefined || value === undefined || value === locked) return undefined;
    return { gate, says: `cannot set feature gate ${gate} to ${value}, feature is locked to ${locked}` };
  }
  return {
    gate,
    ...(known === undefined ? {} : removal(known.in, minor)),
    since: known === undefined ? undefined : arrival(known.in, minor),
    near: known === undefined && look ? closest(gate, currentGates(minor)) : undefined,
    says: `unrecognized feature gate: ${gate}`,
  };
}

function* currentGates(minor: number): Generator<string> {
  for (const gate of componentData().gates.values()) if (has(gate.in, minor)) yield gate.name;
}

/** Admission plugins in kube-apiserver's flags that the release does not have. */
export function unknownAdmissionPlugins(argv: readonly string[], minor: number): PluginFault[] {
  const data = componentData();
  if (minor < data.from || minor > data.to) return [];
  const faults: PluginFault[] = [];
  for (const { name, value, valueIndex } of parse('kube-apiserver', argv, minor)) {
    if (!PLUGIN_FLAGS.has(name) || value === undefined || isUnknown(value)) continue;
    for (const part of unquoted(value).split(',')) {
      const plugin = part.trim();
      const ranges = data.plugins.get(plugin);
      if (plugin === '' || (ranges !== undefined && has(ranges, minor))) continue;
      faults.push({
        plugin,
        index: valueIndex,
        ...(ranges === undefined ? {} : removal(ranges, minor)),
        since: ranges === undefined ? undefined : arrival(ranges, minor),
        replacement: plugin === 'PodSecurityPolicy' ? 'PodSecurity with labels on namespaces' : undefined,
        says: `${name} plugin "${plugin}" is unknown`,
      });
    }
  }
  return faults;
}

const PLUGIN_FLAGS: ReadonlySet<string> = new Set(['enable-admission-plugins', 'disable-admission-plugins', 'admission-control']);

/** strconv.ParseBool. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** The parser of the map flag takes quotes off. */
function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

const LOG_FILES = "the container's output: logs go to standard error only";
const CNI = 'the network settings of the container runtime';
const RUNTIME = 'the settings of the container runtime';

function replacementOf(component: Component, flag: string): string | undefined {
  for (const table of [REPLACEMENTS[component], REPLACEMENTS.every]) if (Object.hasOwn(table, flag)) return table[flag];
  return undefined;
}

/** What took a flag's place, from the deprecation notices in the components' own sources. */
const REPLACEMENTS: Readonly<Record<Component | 'every', Readonly<Record<string, string>>>> = {
  every: {
    'add-dir-header': LOG_FILES,
    alsologtostderr: LOG_FILES,
    'log-dir': LOG_FILES,
    'log-file': LOG_FILES,
    'log-file-max-size': LOG_FILES,
    logtostderr: LOG_FILES,
    'one-output': LOG_FILES,
    'skip-log-headers': LOG_FILES,
    stderrthreshold: LOG_FILES,
  },
  kubelet: {
    'cni-bin-dir': CNI,
    'cni-cache-dir': CNI,
    'cni-conf-dir': CNI,
    'container-runtime': '--container-runtime-endpoint alone',
    'docker-endpoint': '--container-runtime-endpoint',
    'dynamic-config-dir': '--config',
    'experimental-bootstrap-kubeconfig': '--bootstrap-kubeconfig',
    'experimental-kernel-memcg-notification': '--kernel-memcg-notification',
    'image-pull-progress-deadline': RUNTIME,
    'keep-terminated-pod-volumes': 'nothing: volumes of ended Pods are taken down',
    'network-plugin': CNI,
    'network-plugin-mtu': CNI,
    'non-masquerade-cidr': 'the ip-masq-agent',
    'pod-infra-container-image': RUNTIME,
    'register-schedulable': '--register-with-taints',
    'seccomp-profile-root': 'nothing: profiles lie in the folder seccomp of --root-dir',
  },
  'kube-apiserver': {
    address: '--bind-address',
    'experimental-encryption-provider-config': '--encryption-provider-config',
    'insecure-bind-address': '--bind-address',
    'insecure-port': '--secure-port',
    port: '--secure-port',
    'service-account-api-audiences': '--api-audiences',
  },
  'kube-controller-manager': {
    address: '--bind-address',
    'enable-taint-manager': 'nothing: it is always on',
    'experimental-cluster-signing-duration': '--cluster-signing-duration',
    'horizontal-pod-autoscaler-downscale-delay': '--horizontal-pod-autoscaler-downscale-stabilization',
    'pod-eviction-timeout': '--default-not-ready-toleration-seconds of kube-apiserver',
    port: '--secure-port',
  },
  'kube-scheduler': {
    address: '--bind-address',
    'algorithm-provider': '--config',
    'policy-config-file': '--config',
    'policy-configmap': '--config',
    'policy-configmap-namespace': '--config',
    port: '--secure-port',
    'scheduler-name': '--config',
    'use-legacy-policy-config': '--config',
  },
  'kube-proxy': {
    'cleanup-ipvs': '--cleanup',
  },
};
