import { describe, expect, it } from 'vitest';
import { judgeCase } from '../support/expectations.ts';

const RULE = 'rejected/applied-too-early';

/** Whether a Deployment with the one annotations is stuck on its ConfigMap with the others. */
async function isStuck(
  web: Readonly<Record<string, string>>,
  map: Readonly<Record<string, string>>,
  facts = '',
): Promise<boolean> {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', annotations: map } };
  const container = { name: 'web', image: 'nginx:1.29', envFrom: [{ configMapRef: { name: 'settings' } }] };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
  const spec = { selector: { matchLabels: { app: 'web' } }, template };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations: web }, spec };
  const text = `${JSON.stringify(settings)}\n---\n${JSON.stringify(deployment)}\n`;
  const report = await judgeCase([{ path: 'all.yaml', text }], facts === '' ? [] : [{ path: 'facts.yaml', text: facts }]);
  return report.findings.some(({ ruleId }) => ruleId === RULE);
}

const wave = (number: string) => ({ 'argocd.argoproj.io/sync-wave': number });
const hook = (phase: string) => ({ 'argocd.argoproj.io/hook': phase });

describe('the order of Argo CD', () => {
  it('is by wave, and nothing but a number is one', async () => {
    expect(await isStuck(wave('-1'), {})).toBe(true);
    expect(await isStuck(wave('1'), wave('+2'))).toBe(true);
    expect(await isStuck(wave('2'), wave('2'))).toBe(false);
    expect(await isStuck(wave('10'), wave('9'))).toBe(false);
    expect(await isStuck(wave('-1.5'), wave('0x7'))).toBe(false);
  });

  it('is by phase before it is by wave', async () => {
    expect(await isStuck(hook('PreSync'), wave('-9'))).toBe(true);
    expect(await isStuck({ ...hook('Sync'), ...wave('9') }, hook('PostSync'))).toBe(true);
    expect(await isStuck(wave('9'), hook('PreSync, Sync'))).toBe(false);
    expect(await isStuck(hook('PostSync,PreSync'), {})).toBe(true);
  });

  it('leaves out what is not applied, and what nobody can tell', async () => {
    expect(await isStuck(hook('SyncFail'), wave('5'))).toBe(false);
    expect(await isStuck(wave('-1'), hook('Skip'))).toBe(false);
    expect(await isStuck(wave('-1'), wave('{{ .Values.wave }}'))).toBe(false);
    expect(await isStuck(hook('__proto__'), wave('1'))).toBe(false);
  });

  it('takes the hooks of Helm for its own', async () => {
    const helm = { 'helm.sh/hook': 'pre-upgrade', 'helm.sh/hook-weight': '-3' };
    expect(await isStuck(helm, wave('0'))).toBe(true);
    expect(await isStuck(wave('0'), helm)).toBe(false);
  });

  it('does not matter where the facts have it', async () => {
    expect(
      await isStuck(wave('-1'), {}, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: default}\n'),
    ).toBe(false);
  });
});
