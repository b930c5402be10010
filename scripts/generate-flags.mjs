#!/usr/bin/env node
/**
 * Writes data/component-flags.json: the command-line flags, the feature gates and the admission plugins of the Kubernetes
 * components by release, read from their own sources.
 *
 *     node scripts/generate-flags.mjs
 *
 * Needs Go and the Go module proxy: about 3 GB of modules and a minute of work once they are there; nothing of Kubernetes
 * is built. GOMODCACHE says where the modules go. See component-flags.go for how a source is read.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The newest patch of each minor release, when the file was last written. */
const PATCHES = {
  20: 15,
  21: 14,
  22: 17,
  23: 17,
  24: 17,
  25: 16,
  26: 15,
  27: 16,
  28: 15,
  29: 15,
  30: 14,
  31: 14,
  32: 13,
  33: 13,
  34: 4,
  35: 4,
  36: 3,
  37: 2,
};
const STAGING = [
  'component-base',
  'apiserver',
  'cloud-provider',
  'controller-manager',
  'apiextensions-apiserver',
  'kube-aggregator',
  'client-go',
];
/** Staging modules that the proxy has in another patch only (controller-manager 0.27: in none, so its successor). */
const INSTEAD = {
  'controller-manager@25': '0.25.0',
  'controller-manager@26': '0.26.0',
  'controller-manager@27': '0.28.15',
  'cloud-provider@27': '0.27.0',
  'kube-aggregator@31': '0.31.0',
};
const COMPONENTS = ['kubelet', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
const minors = Object.keys(PATCHES).map(Number);
const first = minors[0];
const last = minors.at(-1);

function download(modules) {
  const found = {};
  const text = execFileSync('go', ['mod', 'download', '-json', ...modules], { cwd: scratch, encoding: 'utf8', maxBuffer: 1e8 });
  for (const part of text.split(/(?<=^\})\n/m)) {
    if (part.trim() === '') continue;
    const { Path, Dir } = JSON.parse(part);
    found[Path] = Dir;
  }
  return found;
}

function rootsOf(minor) {
  const modules = [`k8s.io/kubernetes@v1.${minor}.${PATCHES[minor]}`, 'github.com/spf13/pflag@v1.0.5'];
  for (const name of STAGING) modules.push(`k8s.io/${name}@v${INSTEAD[`${name}@${minor}`] ?? `0.${minor}.${PATCHES[minor]}`}`);
  const roots = download(modules);
  // Of the other modules only these define flags.
  const goMod = readFileSync(join(roots['k8s.io/kubernetes'], 'go.mod'), 'utf8');
  const more = [];
  for (const name of ['k8s.io/klog/v2', 'github.com/google/cadvisor/lib']) {
    const version = new RegExp(`^\\s${name} (v\\S+)`, 'm').exec(goMod)?.[1];
    if (version !== undefined) more.push(`${name}@${version}`);
  }
  return { ...roots, ...download(more) };
}

/** `20-23`, `28-`, or nothing for a thing that every release has. Gaps are written as several ranges. */
function ranges(present) {
  const parts = [];
  for (let i = 0; i < minors.length; i++) {
    if (!present.has(minors[i])) continue;
    let j = i;
    while (j + 1 < minors.length && present.has(minors[j + 1])) j++;
    parts.push(`${minors[i] === first ? '' : minors[i]}-${minors[j] === last ? '' : minors[j]}`);
    i = j;
  }
  return parts.length === 1 && parts[0] === '-' ? '' : ` ${parts.join(',')}`;
}

function collect(into, key, minor, more = {}) {
  const entry = into.get(key) ?? { present: new Set() };
  entry.present.add(minor);
  into.set(key, Object.assign(entry, more));
}

const scratch = mkdtempSync(join(tmpdir(), 'component-flags-'));
try {
  const program = join(scratch, 'component-flags');
  execFileSync('go', ['build', '-o', program, join(here, 'component-flags.go')], { stdio: 'inherit' });
  const flags = Object.fromEntries(COMPONENTS.map((component) => [component, new Map()]));
  const gates = new Map();
  const plugins = new Map();
  for (const minor of minors) {
    const { stdout, stderr, status } = spawnSync(program, {
      input: JSON.stringify(rootsOf(minor)),
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(stderr);
    // The one loop over names that only copies flags between sets.
    const unread = stderr.split('\n').filter((line) => line !== '' && !line.includes('cli/flag/sectioned.go'));
    if (unread.length > 0) throw new Error(`1.${minor}: ${unread.join('\n')}`);
    const release = JSON.parse(stdout);
    for (const component of COMPONENTS) {
      for (const [flag, { bool, short }] of Object.entries(release.components[component])) {
        collect(flags[component], flag, minor, { bool, short });
      }
    }
    for (const [gate, { locked, default: on }] of Object.entries(release.gates)) {
      collect(gates, gate, minor);
      if (locked) collect((gates.get(gate).locked ??= new Map()), String(on === true), minor);
    }
    for (const plugin of release.plugins) collect(plugins, plugin, minor);
    process.stderr.write(`1.${minor}\n`);
  }
  const sorted = (map, line) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => line(key, entry));
  const lockedRanges = ({ locked }) =>
    locked === undefined ? '' : [...locked].map(([value, entry]) => ` =${value}${ranges(entry.present) || ' -'}`).join('');
  const data = {
    comment:
      'Made by scripts/generate-flags.mjs. A line: name, ! for a flag that takes no value, /x for its short form, then the minor releases that have it (all, if none stand there). A gate: =true 30-33 when it could only be set to that.',
    from: first,
    to: last,
    flags: Object.fromEntries(
      COMPONENTS.map((component) => [
        component,
        sorted(flags[component], (flag, e) => `${flag}${e.bool ? '!' : ''}${e.short ? `/${e.short}` : ''}${ranges(e.present)}`),
      ]),
    ),
    gates: sorted(gates, (gate, e) => `${gate}${ranges(e.present) || ' -'}${lockedRanges(e)}`),
    plugins: sorted(plugins, (plugin, e) => `${plugin}${ranges(e.present)}`),
  };
  writeFileSync(join(here, '../data/component-flags.json'), `${JSON.stringify(data, null, 1)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
