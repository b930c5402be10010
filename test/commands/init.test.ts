import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { runCommand } from '../support/terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

const init = (...words: string[]) => runCommand(['init', ...words], folder);
const written = (name = 'podlint.yaml') => readFileSync(path.join(folder, name), 'utf8');
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

describe('podlint init', () => {
  it('writes a configuration that says what the defaults are', async () => {
    const { code, out, err } = await init();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^podlint\.yaml is written/);
    expect(written()).toMatch(/^# yaml-language-server: \$schema=https:\/\/\S+\/schemas\/podlint\.schema\.json\n/);
    put({ 'k8s/web.yaml': configMap('web') });
    const given = await runCommand(['--print-config', 'k8s'], folder);
    const none = await runCommand(['--print-config', '--no-config', 'k8s'], folder);
    expect(given.code).toBe(0);
    expect({ ...JSON.parse(given.out), configFile: undefined }).toEqual({ ...JSON.parse(none.out), configFile: undefined });
  });

  it('explains every setting there is, each in words that are accepted once uncommented', async () => {
    await init();
    // A comment of prose begins with a capital and has no key; a setting is what is left.
    const settings = written()
      .split('\n')
      .map((line) => line.replace(/^# (?=[a-z]+:(?!\/)| {2})/, ''))
      .join('\n');
    put({ 'podlint.yaml': settings, 'cluster.yaml': configMap('known'), 'k8s/web.yaml': configMap('web') });
    const { code, out, err } = await runCommand(['--print-config', 'k8s'], folder);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(out).ignores).toHaveLength(1);
    for (const name of Object.keys(configSchema([])['properties'] as object))
      expect(settings, name).toMatch(new RegExp(`^${name}:`, 'm'));
  });

  it('says what is there: plain folders, kustomizations, charts, templates', async () => {
    put({
      'k8s/a.yaml': `${configMap('a')}---\n${configMap('b')}`,
      'k8s/b.yaml': configMap('c'),
      'k8s/prod/a.yaml': configMap('d'),
      'overlays/prod/kustomization.yaml': 'resources: [web.yaml]\n',
      'overlays/prod/web.yaml': configMap('web'),
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'charts/web/templates/cm.yaml': `${configMap('x')}data:\n  a: {{ .Values.a }}\n`,
      'notes.yaml': 'just: notes\n',
    });
    const { out } = await init();
    const lines = out.split('\n');
    const told = (place: string) =>
      lines
        .find((line) => line.startsWith(`  ${place} `))
        ?.slice(place.length + 3)
        .trim();
    expect(told('k8s')).toBe('3 objects in 2 files');
    expect(told('k8s/prod')).toBe('1 object in 1 file');
    expect(told('overlays/prod')).toBe('a kustomization of 1 object in 1 file');
    expect(told('charts/web')).toMatch(/^a Helm chart/);
    expect(written()).toContain('#   overlays/prod: a kustomization of 1 object in 1 file\n');
  });

  it('says that there is nothing', async () => {
    expect((await init()).out).toContain('No manifests found here');
  });

  it.each(['podlint.yaml', 'podlint.yml', 'podlint.json', '.podlint.yaml'])('leaves %s as it is', async (name) => {
    put({ [name]: '{}' });
    const { code, out, err } = await init();
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(`podlint: init: ${name} exists already and is left as it is\n`);
    expect(readdirSync(folder)).toEqual([name]);
    expect(written(name)).toBe('{}');
  });

  it('takes a folder', async () => {
    put({ 'deploy/web.yaml': configMap('web') });
    const { code, out } = await init('deploy');
    expect(code).toBe(0);
    expect(out).toContain('deploy/podlint.yaml is written');
    expect(out).toContain('podlint deploy ');
    expect(written('deploy/podlint.yaml')).toContain('profile: recommended');
  });

  it('refuses what is no folder, or several', async () => {
    expect(await init('nowhere')).toMatchObject({ code: 2, out: '', err: 'podlint: init nowhere: no such folder\n' });
    put({ 'web.yaml': configMap('web') });
    expect((await init('web.yaml')).code).toBe(2);
    expect((await init('.', '.')).code).toBe(2);
    expect(readdirSync(folder)).toEqual(['web.yaml']);
  });
});
