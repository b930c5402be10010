import { readDataFile } from '../api/data-file.ts';

/** The Kubernetes programs whose command lines podlint knows. */
export type Component = 'kubelet' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kube-proxy';

export const COMPONENTS: readonly Component[] = [
  'kubelet',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
];

/** Minor releases, ascending and without overlap: `[[20, 23], [28, 37]]`. */
export type Ranges = readonly (readonly [from: number, to: number])[];

export interface KnownFlag {
  readonly name: string;
  /** It takes no value: `--v` needs one, `--profiling` does not. */
  readonly switch: boolean;
  /** `v` for `-v`. */
  readonly short?: string;
  readonly in: Ranges;
}

export interface KnownGate {
  readonly name: string;
  readonly in: Ranges;
  /** Releases in which it could be set to this value only. */
  readonly lockedTrue: Ranges;
  readonly lockedFalse: Ranges;
}

export interface ComponentData {
  /** The oldest and the newest minor release that the tables hold: 20 and 37. */
  readonly from: number;
  readonly to: number;
  readonly flags: Readonly<Record<Component, ReadonlyMap<string, KnownFlag>>>;
  readonly gates: ReadonlyMap<string, KnownGate>;
  /** Admission plugins of kube-apiserver. */
  readonly plugins: ReadonlyMap<string, Ranges>;
}

interface DataFile {
  readonly from: number;
  readonly to: number;
  readonly flags: Readonly<Record<Component, readonly string[]>>;
  readonly gates: readonly string[];
  readonly plugins: readonly string[];
}

let loaded: ComponentData | undefined;

/** data/component-flags.json, made by scripts/generate-flags.mjs from the components' own sources. */
export function componentData(): ComponentData {
  loaded ??= decode(readDataFile('component-flags.json') as DataFile);
  return loaded;
}

function decode(file: DataFile): ComponentData {
  const flags: Record<Component, Map<string, KnownFlag>> = {
    kubelet: new Map(),
    'kube-apiserver': new Map(),
    'kube-controller-manager': new Map(),
    'kube-scheduler': new Map(),
    'kube-proxy': new Map(),
  };
  for (const component of COMPONENTS) {
    const known = flags[component];
    for (const line of file.flags[component]) {
      const [head = '', ranges = '-'] = line.split(' ');
      const [long = '', short] = head.split('/');
      const isSwitch = long.endsWith('!');
      const name = isSwitch ? long.slice(0, -1) : long;
      known.set(name, { name, switch: isSwitch, short, in: rangesOf(ranges, file) });
    }
  }
  const gates = new Map<string, KnownGate>();
  for (const line of file.gates) {
    const words = line.split(' ');
    const locked = (value: string): Ranges => {
      const at = words.indexOf(value);
      return at < 0 ? [] : rangesOf(words[at + 1] ?? '-', file);
    };
    const name = words[0] ?? '';
    gates.set(name, { name, in: rangesOf(words[1] ?? '-', file), lockedTrue: locked('=true'), lockedFalse: locked('=false') });
  }
  const plugins = new Map<string, Ranges>();
  for (const line of file.plugins) {
    const [name = '', ranges = '-'] = line.split(' ');
    plugins.set(name, rangesOf(ranges, file));
  }
  return { from: file.from, to: file.to, flags, gates, plugins };
}

function rangesOf(text: string, { from, to }: DataFile): Ranges {
  return text.split(',').map((part) => {
    const [first = '', last = ''] = part.split('-');
    return [first === '' ? from : Number(first), last === '' ? to : Number(last)] as const;
  });
}

export function has(ranges: Ranges, minor: number): boolean {
  return ranges.some(([from, to]) => from <= minor && minor <= to);
}

/** When a thing went away before `minor`: `{ lastIn: '1.23', removedIn: '1.24' }`, or nothing if it was never there before. */
export function removal(ranges: Ranges, minor: number): { removedIn?: string; lastIn?: string } {
  let last = -1;
  for (const [, to] of ranges) if (to < minor) last = to;
  return last < 0 ? {} : { lastIn: `1.${last}`, removedIn: `1.${last + 1}` };
}

/** The release a thing came with, where `minor` is too old for it: `1.28`. */
export function arrival(ranges: Ranges, minor: number): string | undefined {
  for (const [from] of ranges) if (from > minor) return `1.${from}`;
  return undefined;
}
