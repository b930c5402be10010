import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCron, parseDuration } from '../../src/api/cron.ts';
import { isTimeZone, timeZones } from '../../src/api/time-zones.ts';

const all = (min: number, max: number, step = 1): number[] => {
  const numbers = [];
  for (let n = min; n <= max; n += step) numbers.push(n);
  return numbers;
};
const every = {
  minutes: all(0, 59),
  hours: all(0, 23),
  days: all(1, 31),
  months: all(1, 12),
  weekdays: all(0, 6),
  anyDay: true,
  anyWeekday: true,
};

describe('a schedule', () => {
  test.each([
    ['* * * * *', {}],
    ['*/15 * * * *', { minutes: [0, 15, 30, 45] }],
    ['7-20/6 * * * *', { minutes: [7, 13, 19] }],
    // A number with a step goes on to the end.
    ['50/4 22 * * *', { minutes: [50, 54, 58], hours: [22] }],
    ['0 0 1,15 feb,NOV *', { minutes: [0], hours: [0], days: [1, 15], months: [2, 11], anyDay: false }],
    ['0 0 * * mon-fri', { minutes: [0], hours: [0], weekdays: [1, 2, 3, 4, 5], anyWeekday: false }],
    // A star with a step above one counts as a restriction.
    ['0 0 */2 * ?', { minutes: [0], hours: [0], days: all(1, 31, 2), anyDay: false }],
    ['@daily', { minutes: [0], hours: [0] }],
    ['TZ=Europe/Berlin @weekly', { minutes: [0], hours: [0], weekdays: [0], anyWeekday: false }],
  ])('%s', (schedule, expected) => {
    expect(parseCron(schedule)).toEqual({ ...every, ...expected });
  });

  test.each([
    ['@every 1h30m', 5400],
    ['@every 1500ms', 1],
    ['@every -1h', 1],
  ])('%s', (schedule, everySeconds) => {
    expect(parseCron(schedule)).toEqual({ everySeconds });
  });

  test('any text is a schedule or has an error, soon', () => {
    const field = fc.stringMatching(/^[*?0-9a-zA-Z,/\-@= ]{0,12}$/);
    const texts = fc.oneof(
      fc.string(),
      fc.array(field, { minLength: 5, maxLength: 5 }).map((fields) => fields.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseCron(text);
        if ('error' in result) expect(result.error).not.toBe('');
        else if ('minutes' in result) {
          for (const numbers of [result.minutes, result.hours, result.days, result.months, result.weekdays]) {
            expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(parseCron(`${'9'.repeat(1_000_000)} * * * *`)).toHaveProperty('error');
    expect(parseCron(`${'1,'.repeat(500_000)} * * * *`)).toHaveProperty('minutes');
  });
});

test.each<[string, bigint | string]>([
  ['0', 0n],
  ['1.5s', 1_500_000_000n],
  ['-1h2m', -3_720_000_000_000n],
  ['1us', 1_000n],
  ['1', 'time: missing unit in duration "1"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['', 'time: invalid duration ""'],
  ['.s', 'time: invalid duration ".s"'],
  ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
  ['-9223372036854775808ns', -9223372036854775808n],
])('the duration %s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

describe('time zones', () => {
  test('are those of the database, by their exact names', () => {
    for (const name of ['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Etc/GMT+1', 'Asia/Calcutta']) {
      expect([name, isTimeZone(name)]).toEqual([name, true]);
    }
    for (const name of [
      'europe/berlin',
      'Europe',
      'Europe/',
      '/UTC',
      '../UTC',
      'UTC+1',
      'Mars/Olympus',
      '__proto__',
      'constructor',
    ]) {
      expect([name, isTimeZone(name)]).toEqual([name, false]);
    }
  });

  test('this engine knows nearly all of them', () => {
    const known = [...timeZones()].filter((name) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
      } catch {
        return false;
      }
    });
    expect(known.length).toBeGreaterThan(550);
  });
});
