/** No component can be asked about a manifest that has the very version of what is there: it makes another one each time. */
import { expect, it } from 'vitest';
import { judgeCase } from '../support/expectations.ts';

const settings = (version: string) => ({
  path: 'settings.yaml',
  text: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: default, resourceVersion: "${version}"}\n`,
});

it.each([
  ['48740', []],
  ['0048740', []],
  ['48739', ['rejected/stale-resource-version error']],
  ['0', []],
])('version %s of an object that is at 48740', async (version, expected) => {
  const { findings } = await judgeCase([settings(version)], [{ ...settings('48740'), path: 'facts.yaml' }]);
  expect(findings.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual(expected);
});
