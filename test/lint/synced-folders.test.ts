import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/cluster/unwrap.ts';
import { syncedFolders } from '../../src/lint/synced-folders.ts';

const manifest = (kind: string, spec: unknown): Manifest =>
  ({ apiVersion: 'argoproj.io/v1alpha1', kind, value: { spec } }) as unknown as Manifest;

describe('folders that Argo CD syncs', () => {
  it('are those of sources, and what is in them', () => {
    const synced = syncedFolders([manifest('Application', { sources: [{ path: './apps/web/' }, { chart: 'redis' }] })]);
    expect(synced('apps/web/app.yaml')).toBe(true);
    expect(synced('repo/deploy/apps/web/more/app.yaml')).toBe(true);
    expect(synced('apps/website/app.yaml')).toBe(false);
    expect(synced('apps/app.yaml')).toBe(false);
  });

  it('are those that generators look for', () => {
    const git = { directories: [{ path: 'apps/*' }, { path: 'apps/old', exclude: true }] };
    const template = { spec: { source: { path: '{{path}}' } } };
    const synced = syncedFolders([manifest('ApplicationSet', { generators: [{ git }], template })]);
    expect(synced('apps/web/app.yaml')).toBe(true);
    expect(synced('other/app.yaml')).toBe(false);
  });

  it('are all where the path is the repository, and none where nothing is said', () => {
    expect(syncedFolders([manifest('Application', { source: { path: '.' } })])('a.yaml')).toBe(true);
    for (const spec of [null, {}, { source: { path: 7 } }, { source: { path: '*' } }, { sources: 'x' }])
      expect(syncedFolders([manifest('Application', spec)])('a/a.yaml')).toBe(false);
  });
});
