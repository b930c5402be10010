// Writes what is derived from the rules: the registry, the configuration's JSON schema, docs/rules and the list in the README; and the list of the
// custom kinds that podlint knows, in docs/configuration.md.
// `--check` writes nothing and fails when something is stale.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const check = process.argv.includes('--check');
const stale = [];
function write(file, text) {
  const full = path.join(root, file);
  if (existsSync(full) && readFileSync(full, 'utf8') === text) return;
  stale.push(file);
  if (check) return;
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

const files = readdirSync(path.join(root, 'rules'), { withFileTypes: true })
  .filter((family) => family.isDirectory())
  .flatMap((family) =>
    readdirSync(path.join(root, 'rules', family.name))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${family.name}/${name.slice(0, -3)}`),
  )
  .filter((id) => {
    const whole = readFileSync(path.join(root, 'rules', `${id}.ts`), 'utf8').includes('export default');
    if (!whole) {
      console.error(`rules/${id}.ts exports no rule: left out`);
      process.exitCode = 1;
    }
    return whole;
  })
  .sort();
const identifier = (id) => id.replace(/[/-](.)/g, (_, letter) => letter.toUpperCase());
write(
  'src/lint/registry.ts',
  [
    '// Written by scripts/generate.mjs from the files under rules/.',
    "import type { Rule } from '../rule.ts';",
    ...files.map((id) => `import ${identifier(id)} from '../../rules/${id}.ts';`),
    '',
    'export const rules: readonly Rule[] = [',
    ...files.map((id) => `  ${identifier(id)},`),
    '];',
    '',
  ].join('\n'),
);

const configuration = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');
write(
  'docs/configuration.md',
  configuration.replace(between('custom kinds'), (_, open, close) => `${open}\n${customKindsTable()}\n\n${close}`),
);

const temporary = mkdtempSync(path.join(os.tmpdir(), 'podlint-generate-'));
try {
  symlinkSync(path.join(root, 'data'), path.join(temporary, 'data'));
  await build({
    stdin: {
      contents:
        "export * from './src/lint/registry.ts'; export * from './src/commands/pages.ts'; export { judgedExample } from './src/commands/example.ts'; export { main } from './src/commands/main.ts'; export { configSchema } from './src/config/schema.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: path.join(temporary, 'rules.mjs'),
    banner: { js: "import{createRequire as podlintRequire}from'node:module';const require=podlintRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const { rules, configSchema, judgedExample, main, rulePage, rulesTable } = await import(
    pathToFileURL(path.join(temporary, 'rules.mjs'))
  );
  const ids = rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]);
  const families = [...new Set(rules.map((rule) => `${rule.id.split('/')[0]}/*`))];
  write('schemas/podlint.schema.json', `${JSON.stringify(configSchema([...ids, ...families].sort()), null, 2)}\n`);
  for (const rule of rules) write(`docs/rules/${rule.id}.md`, rulePage(rule, await judgedExample(rule)));
  write(
    'docs/rules/README.md',
    `# Rules\n\nWhat podlint finds, by what one would see in a cluster. \`podlint explain RULE\` shows the same pages.\n\n${rulesTable(rules, '')}`,
  );
  for (const family of existsSync(path.join(root, 'docs/rules'))
    ? readdirSync(path.join(root, 'docs/rules'), { withFileTypes: true })
    : []) {
    if (!family.isDirectory()) continue;
    for (const page of readdirSync(path.join(root, 'docs/rules', family.name))) {
      if (rules.some((rule) => rule.id === `${family.name}/${page.replace(/\.md$/, '')}`)) continue;
      stale.push(`docs/rules/${family.name}/${page}`);
      if (!check) rmSync(path.join(root, 'docs/rules', family.name, page));
    }
  }
  if (existsSync(path.join(root, 'README.md'))) {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const excerpt = await excerptOf(main);
    const tables = readme.replace(between('rules'), (_, open, close) => `${open}\n${rulesTable(rules, 'docs/rules/')}\n${close}`);
    write(
      'README.md',
      tables.replace(between('excerpt'), (_, open, close) => `${open}\n${excerpt}\n${close}`),
    );
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (check && stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run \`npm run generate\``);
  process.exit(1);
}

/** What podlint has copies of, a row a project. */
function customKindsTable() {
  const sources = JSON.parse(readFileSync(path.join(root, 'data/custom-kinds/sources.json'), 'utf8'));
  const rows = sources.map(({ name, version, groups }) => {
    const kinds = Object.values(groups).reduce((sum, count) => sum + count, 0);
    return `| ${name} | ${version} | ${kinds} | ${Object.keys(groups)
      .map((group) => `\`${group}\``)
      .join(', ')} |`;
  });
  return ['| project | version | kinds | groups |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The text between `<!-- name -->` and `<!-- /name -->`. */
function between(name) {
  return new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
}

/** What podlint prints for the example shop: one finding, and the forecast. */
async function excerptOf(main) {
  const print = async (...argv) => {
    let text = '';
    await main(argv, {
      cwd: root,
      env: {},
      out: async (part) => {
        text += part;
      },
      err: () => {},
      outIsTerminal: true,
      errIsTerminal: false,
      columns: 132,
      node: '',
      usage: () => ({ cpuMilliseconds: 0, memoryBytes: 0 }),
    });
    return text;
  };
  const found = await print('--no-color', 'examples/shop');
  const finding = found.split(/^(?=(?:error|warning|note) {2}\S)/m).find((part) => part.includes('creating/missing-key'));
  const forecast = await print('forecast', '--no-color', 'examples/shop');
  const shown = [
    '$ podlint examples/shop',
    '…',
    finding?.trimEnd(),
    '…',
    '',
    '$ podlint forecast examples/shop',
    forecast.trimEnd(),
  ];
  return ['```console', ...shown, '```'].join('\n');
}
