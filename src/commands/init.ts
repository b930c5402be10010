import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NEWEST, RELEASES } from '../api/kinds.ts';
import { manifestsIn } from '../cluster/unwrap.ts';
import { CONFIG_NAMES } from '../config/find.ts';
import { UsageError } from '../config/plan.ts';
import { Reading } from '../lint/reading.ts';
import { rules } from '../lint/registry.ts';
import { visible } from '../report/escape.ts';
import { count } from '../report/words.ts';
import { type ApplySet, applySets } from '../source/apply-sets.ts';
import { collectInputs } from '../source/inputs.ts';
import { familyOf } from './families.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { Page } from './page.ts';
import { VERSION } from './version.ts';

/** `podlint init [FOLDER]`: writes a podlint.yaml to start from, and says what is there to be judged. Overwrites nothing. */
export async function init(args: Arguments, terminal: Terminal): Promise<number> {
  if (args.paths.length > 1) throw new UsageError('init: takes one folder, or none for the working directory');
  const folder = args.paths[0] ?? '.';
  const full = path.resolve(terminal.cwd, folder);
  if (!existsSync(full)) throw new UsageError(`init ${folder}: no such folder`);
  const there = CONFIG_NAMES.find((name) => existsSync(path.join(full, name)));
  const shown = (name: string) => path.join(folder, name).split(path.sep).join('/');
  if (there !== undefined) throw new UsageError(`init: ${shown(there)} exists already and is left as it is`);

  const found = await survey(full);
  const file = shown('podlint.yaml');
  try {
    writeFileSync(path.join(full, 'podlint.yaml'), configText(found), { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`init: ${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const page = new Page(args, terminal);
  page.text(`${file} is written: nothing in it needs to be changed, and every setting that is not there is explained in it.`);
  page.line().heading(found.length === 0 ? 'No manifests found here' : 'Found here');
  const column = Math.min(60, 4 + Math.max(0, ...found.map((place) => place.path.length)));
  for (const place of found.slice(0, MOST_PLACES)) page.field(visible(place.path), place.what, 2, column);
  if (found.length > MOST_PLACES) page.line(`  and ${found.length - MOST_PLACES} more`);
  page.line().line(`  ${page.colors.green(folder === '.' ? 'podlint .' : `podlint ${folder}`)}   judges all of it`);
  await terminal.out(page.toString());
  return 0;
}

const MOST_PLACES = 20;

/** Something that podlint will judge, or will not. */
interface FoundPlace {
  readonly path: string;
  readonly what: string;
}

/** What is in a folder, set by set; folders with plain manifests one by one. */
async function survey(cwd: string): Promise<FoundPlace[]> {
  const inputs = await collectInputs(['.'], { cwd });
  const reading = new Reading();
  for (const entry of inputs.entries) await reading.add(inputs.read(entry), entry.root);
  const sets = applySets(reading.parsed, { roots: inputs.roots, load: () => undefined, text: (file) => reading.text(file) });
  const objectsIn = (file: string) =>
    (reading.documents.get(file) ?? []).reduce((sum, document) => sum + manifestsIn(document).length, 0);
  return sets.flatMap((set) => placesOf(set, objectsIn)).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function placesOf(set: ApplySet, objectsIn: (file: string) => number): FoundPlace[] {
  const at = set.root === '' ? '.' : set.root;
  if (set.kind === 'chart')
    return [{ path: at, what: 'a Helm chart: podlint judges what it makes of values, `helm template … | podlint -`' }];
  const files = set.files.filter((file) => file.role === 'resource' || file.role === 'crd');
  if (set.kind === 'kustomization') {
    const objects = files.reduce((sum, file) => sum + objectsIn(file.path), 0);
    const size =
      objects === 0 ? '; its objects are elsewhere' : ` of ${count(objects, 'object')} in ${count(files.length, 'file')}`;
    return [{ path: at, what: `a kustomization${size}` }];
  }
  const folders = new Map<string, { files: number; objects: number }>();
  for (const file of files) {
    const objects = objectsIn(file.path);
    if (objects === 0) continue;
    const folder = path.posix.dirname(file.path);
    const known = folders.get(folder) ?? { files: 0, objects: 0 };
    folders.set(folder, { files: known.files + 1, objects: known.objects + objects });
  }
  const templates = set.files.filter((file) => file.role === 'template').length;
  return [
    ...[...folders].map(([folder, sum]) => ({
      path: folder,
      what: `${count(sum.objects, 'object')} in ${count(sum.files, 'file')}`,
    })),
    ...(templates === 0 ? [] : [{ path: at, what: `${count(templates, 'template')}, to be rendered before podlint can judge` }]),
  ];
}

/** A podlint.yaml that changes nothing, with every setting in a comment. */
export function configText(found: readonly FoundPlace[]): string {
  const advice = rules.find((rule) => rule.predicts === undefined && familyOf(rule.id) !== 'podlint') ?? rules[0]!;
  const family = familyOf(advice.id);
  const release = VERSION.includes('source') ? 'main' : `v${VERSION}`;
  const lines = [
    `# yaml-language-server: $schema=https://raw.githubusercontent.com/podlint/podlint/${release}/schemas/podlint.schema.json`,
    '# Settings of podlint. All are optional, and paths are relative to this file.',
    '# https://github.com/podlint/podlint/blob/main/docs/configuration.md',
  ];
  if (found.length > 0) {
    lines.push('#', '# Found here when this file was made:');
    for (const place of found.slice(0, MOST_PLACES)) lines.push(`#   ${visible(place.path)}: ${place.what.replaceAll('`', '')}`);
  }
  lines.push(
    '',
    `# Kubernetes releases to judge for, ${RELEASES[0]} to ${NEWEST}. Two of them ask: will it survive the upgrade?`,
    `kubeVersion: ["${NEWEST}"]`,
    '',
    '# Which rules run. predict: only what a component will refuse; recommended: advice too; hardened, all: more of it.',
    'profile: recommended',
    '',
    '# The lowest level that makes the exit code 1: error, warning, note, never.',
    'failOn: error',
    '',
    '# The namespace of objects that name none.',
    '# namespace: default',
    '',
    '# What the cluster has already, as Kubernetes objects: nodes, namespaces, StorageClasses, Secrets (names and keys are enough).',
    '# With it, what is neither here nor there does not exist, and what is missing is an error.',
    '# cluster:',
    '#   - cluster.yaml',
    '',
    '# The CustomResourceDefinitions that the cluster has, as files or folders: custom resources are judged by them.',
    '# crds:',
    '#   - crds',
    '',
    '# Objects that come from elsewhere, as Kind/name or Kind/namespace/name.',
    '# external:',
    '#   - Secret/regcred',
    '#   - ConfigMap/shop/*',
    '',
    '# Every file is applied on its own: folders of tests and samples.',
    '# each: true',
    '',
    '# Files that are never read, as in a .gitignore.',
    '# exclude:',
    '#   - charts/*/templates/',
    '',
    '# Levels by rule or family: error, warning, note, off. `podlint rules` lists them.',
    '# rules:',
    `#   ${family}/*: note`,
    `#   ${advice.id}: off`,
    '',
    '# Other levels below some paths. A later entry wins.',
    '# overrides:',
    '#   - paths: [test/]',
    '#     rules:',
    `#       ${family}/*: off`,
    '',
    '# Findings that are accepted, each with the reason. (`# podlint-ignore RULE: reason` does it beside the line.)',
    '# ignore:',
    `#   - rule: ${advice.id}`,
    '#     kind: StatefulSet',
    '#     name: cache-*',
    '#     reason: it can lose its data',
    '#     until: "2027-12-31"',
    '',
  );
  return lines.join('\n');
}
