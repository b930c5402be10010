import { describe, expect, test } from 'vitest';
import { forecast, forecastTable } from '../../src/report/forecast.ts';
import type { ForecastRow } from '../../src/report/types.ts';
import { reportOf, sample } from './sample.ts';

describe('forecast', () => {
  test('the table as kubectl would show it', () => {
    expect(`\n${forecast(sample(), {})}`).toMatchInlineSnapshot(`
      "
      NAMESPACE  WORKLOAD        PODS  STATUS                      CAUSE
      shop       Deployment/api  2/3   CreateContainerConfigError  k8s/api.yaml:25  Secret db has no key passwrod; it has password
      shop       Deployment/api  1/3   Pending?                    k8s/api.yaml:19  a third node with hostPort 8080 free is needed
      shop       CronJob/report  1     Running

      ? depends on what the manifests alone do not say
      not judged  charts/metrics  helm is not installed
      not judged  k8s/broken.yaml:12  found a tab where indentation was expected
      4 Pods with Kubernetes 1.37: 1 will run, 2 will not, 1 may not.
      "
    `);
  });

  test('columns stand under each other, whatever the script of the names', () => {
    const row = (name: string): ForecastRow => ({
      object: { kind: 'Pod', namespace: name, name },
      pods: 1,
      statuses: [{ status: 'Pending', pods: 1, certain: true, message: 'X' }],
    });
    const lines = forecastTable([row('a'), row('名前'), row('averylongname')], {});
    expect(lines).toEqual([
      'NAMESPACE      WORKLOAD           PODS  STATUS   CAUSE',
      'a              Pod/a              1     Pending  X',
      '名前           Pod/名前           1     Pending  X',
      'averylongname  Pod/averylongname  1     Pending  X',
    ]);
  });

  test('one very long name does not push the others away', () => {
    const long = 'n'.repeat(200);
    const lines = forecastTable(
      [long, 'b'].map((name) => ({
        object: { kind: 'Pod', namespace: 'd', name },
        pods: 1,
        statuses: [{ status: 'Pending', pods: 1, certain: true }],
      })),
      { width: 80 },
    );
    expect(lines[1]).toContain(long);
    expect(lines[2]).toBe(`d          Pod/b${' '.repeat(43)}  1     Pending`);
  });

  test('only the troubled ones', () => {
    const [, first = '', ...rest] = forecastTable(sample().forecast, { troubledOnly: true });
    expect(first).toContain('CreateContainerConfigError');
    expect(rest.join('\n')).not.toContain('Running');
    expect(
      forecastTable(
        [
          {
            object: { kind: 'Job', namespace: '', name: 'j' },
            pods: 1,
            statuses: [{ status: 'Completed', pods: 1, certain: true }],
          },
        ],
        { troubledOnly: true },
      ),
    ).toEqual([]);
  });

  test('a cause that is too long is cut at the given width, and left whole without one', () => {
    const [, cut = ''] = forecastTable(sample().forecast, { width: 100 });
    expect(cut).toHaveLength(100);
    expect(cut.endsWith('…')).toBe(true);
    const [, placeOnly = ''] = forecastTable(sample().forecast, { width: 80 });
    expect(placeOnly.endsWith('  k8s/api.yaml:25')).toBe(true);
    const [, whole = ''] = forecastTable(sample().forecast, {});
    expect(whole.endsWith('it has password')).toBe(true);
  });

  test('colour by how it goes', () => {
    const [, broken = '', unsure = '', well = ''] = forecastTable(sample().forecast, { color: true });
    expect(broken).toContain('\x1b[31mCreateContainerConfigError');
    expect(unsure).toContain('\x1b[33mPending?');
    expect(well).toContain('\x1b[32mRunning');
  });

  test('no workloads', () => {
    expect(forecast(reportOf([]), {})).toBe('No workloads: judged 2 objects in 2 files for Kubernetes 1.37.\n');
  });
});
