import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { FORMATS } from '../src/commands/main.ts';
import { OPTIONS } from '../src/commands/options.ts';
import { configSchema } from '../src/config/schema.ts';
import { rules } from '../src/lint/registry.ts';
import { FORMAT_NAMES } from '../src/report/index.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

function pages(folder = ''): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return ['docs', 'docs/rules'].includes(name) || folder === 'docs/rules' ? pages(name) : [];
    return name.endsWith('.md') ? [name] : [];
  });
}

/** The anchor that GitHub gives a heading. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages())('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file, anchor] = target!.split('#');
      const full = file === '' ? page : path.posix.join(path.posix.dirname(page), file!);
      expect(existsSync(path.join(root, full)), target).toBe(true);
      if (anchor !== undefined) expect(anchors(read(full)), target).toContain(anchor);
    }
  });

  it('closes its code', () => {
    expect([...text.matchAll(/^ *```/gm)].length % 2).toBe(0);
  });

  it('names only rules that there are', () => {
    const families = new Set(rules.map((rule) => rule.id.split('/')[0]!));
    const ids = new Set(rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]));
    for (const [id, family] of text.matchAll(/(?<![\w/.-])([a-z]+)\/[a-z]+(?:-[a-z]+)+(?![\w/.-])/g))
      if (families.has(family!)) expect(ids, id).toContain(id);
  });
});

describe('what is written is what there is', () => {
  test('options of the README', () => {
    const names = new Set(OPTIONS.map((option) => `--${option.name}`));
    for (const page of ['README.md', 'docs/configuration.md', 'docs/ci.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])
      for (const [, option] of read(page).matchAll(/(?:podlint|`)[^`\n]*?(?<![\w-])(--[a-z][a-z-]+)/g)) {
        if (['--all-files'].includes(option!)) continue;
        expect(names, `${page}: ${option}`).toContain(option);
      }
  });

  test('formats', () => {
    expect([...FORMATS].sort()).toEqual([...FORMAT_NAMES].sort());
    for (const format of FORMAT_NAMES) expect(read('README.md')).toContain(`\`${format}\``);
  });

  test('settings of the configuration', () => {
    const settings = Object.keys(configSchema([])['properties'] as object);
    const table = [...read('docs/configuration.md').matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
    const profiles = ['predict', 'recommended', 'hardened', 'all'];
    expect(table.filter((name) => !profiles.includes(name)).sort()).toEqual([...settings].sort());
  });

  test('fields of the report', () => {
    const schema = JSON.parse(read('schemas/report.schema.json')) as {
      properties: object;
      $defs: { finding: { properties: object } };
    };
    const page = read('docs/json.md');
    for (const name of [...Object.keys(schema.properties), ...Object.keys(schema.$defs.finding.properties)])
      expect(page.includes(`\`${name}\``) || page.includes(`"${name}"`), name).toBe(true);
  });

  test('inputs and outputs of the action', () => {
    const page = read('docs/ci.md');
    for (const [, name] of read('action.yml').matchAll(/^ {2}([a-z-]+):$/gm)) expect(page, name).toContain(`\`${name}\``);
  });

  test('hooks', () => {
    const hooks = [...read('.pre-commit-hooks.yaml').matchAll(/^- id: (\S+)$/gm)].map((match) => match[1]!);
    for (const hook of hooks) expect(read('docs/ci.md')).toContain(`\`${hook}\``);
  });
});
