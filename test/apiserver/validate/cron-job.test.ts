import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validate } from '../../../src/apiserver/validate/index.ts';
import { fieldPath } from '../../../src/source/path.ts';

/** What the API server of 1.37 said of a schedule and a time zone. */
interface Recorded {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly causes: readonly string[];
}

const recorded = readFileSync(new URL('../../recorded/cron.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);
const resource = { group: 'batch', version: 'v1', kind: 'CronJob', namespaced: true };
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };

test.each(recorded)('$schedule $timeZone', ({ causes, ...schedule }) => {
  const object = { metadata: { name: 'c' }, spec: { ...schedule, jobTemplate: { spec: { template } } } };
  expect(validate(object, resource, 37).map(({ path, message }) => `${fieldPath(path)}: ${message}`)).toEqual(causes);
});
