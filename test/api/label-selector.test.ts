import { describe, expect, test } from 'vitest';
import { type LabelSelector, matchesSelector, parseLabelSelector, selectorOfLabels } from '../../src/api/label-selector.ts';

const labels = { app: 'web', tier: 'front', empty: '' };

function parsed(value: unknown): LabelSelector {
  const selector = parseLabelSelector(value);
  if (selector === undefined) throw new Error('no selector');
  return selector;
}

function expression(key: string, operator: string, ...values: string[]): object {
  return { matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }] };
}

// The table of labels_test.go and the comments of LabelSelector: nothing, everything, and each operator.
describe('matches', () => {
  test.each([
    [undefined, false],
    [null, false],
    [{}, true],
    [{ matchLabels: {} }, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, false],
    [{ matchLabels: { empty: '' } }, true],
    [{ matchLabels: { none: '' } }, false],
    [expression('app', 'In', 'api', 'web'), true],
    [expression('app', 'In', 'api'), false],
    [expression('none', 'In', 'api'), false],
    [expression('app', 'NotIn', 'api'), true],
    [expression('app', 'NotIn', 'web'), false],
    [expression('none', 'NotIn', 'web'), true],
    [expression('app', 'Exists'), true],
    [expression('none', 'Exists'), false],
    [expression('app', 'DoesNotExist'), false],
    [expression('none', 'DoesNotExist'), true],
    [{ matchLabels: { app: 'web' }, ...expression('tier', 'NotIn', 'front') }, false],
  ])('%j: %s', (value, expected) => {
    expect(matchesSelector(parsed(value), labels)).toBe(expected);
  });

  test('labels that an object inherits are none', () => {
    expect(matchesSelector(parsed(expression('constructor', 'Exists')), {})).toBe(false);
    expect(matchesSelector(selectorOfLabels(JSON.parse('{"__proto__":"a"}')), {})).toBe(false);
  });

  test('objects without labels', () => {
    expect(matchesSelector(parsed({}), undefined)).toBe(true);
    expect(matchesSelector(parsed(expression('a', 'DoesNotExist')), null)).toBe(true);
  });
});

describe('what the server makes no selector of', () => {
  test.each([
    expression('app', 'in', 'web'),
    expression('app', 'In'),
    expression('app', 'Exists', 'web'),
    expression('a b', 'Exists'),
    expression('app', 'In', 'a b'),
    { matchLabels: { app: 'a b' } },
    { matchLabels: { 'a b': 'a' } },
  ])('%j', (value) => {
    expect(parseLabelSelector(value)).toBeUndefined();
  });
});

describe('what placeholders leave open', () => {
  test.each([
    ['${SELECTOR}', labels, undefined],
    [{ matchLabels: '${LABELS}' }, labels, undefined],
    [{ matchLabels: { app: '${APP}' } }, labels, undefined],
    [{ matchLabels: { app: '${APP}' } }, { app: '${APP}' }, true],
    [{ matchLabels: { app: '${APP}' } }, {}, false],
    [{ matchLabels: { '${KEY}': 'web' } }, labels, undefined],
    [{ matchLabels: { other: 'x' } }, { '${KEY}': 'x' }, undefined],
    [{ matchLabels: { app: '${APP}', tier: 'back' } }, labels, false],
    [expression('app', 'In', '${A}', 'web'), labels, true],
    [expression('app', 'NotIn', '${A}', 'web'), labels, false],
    [expression('app', 'NotIn', '${A}'), labels, undefined],
    [{ matchExpressions: ['${REQUIREMENT}'] }, labels, undefined],
    [expression('app', '${OPERATOR}', 'web'), labels, undefined],
    [{ matchLabels: { app: 'web' } }, '${LABELS}', undefined],
  ])('%j on %j: %s', (value, on, expected) => {
    expect(matchesSelector(parsed(value), on)).toBe(expected);
  });
});

describe('a map of labels', () => {
  test.each([
    [undefined, false],
    [{}, false],
    [{ app: 'web' }, true],
    [{ app: 'web', tier: 'back' }, false],
    ['${SELECTOR}', undefined],
  ])('%j: %s', (value, expected) => {
    expect(matchesSelector(selectorOfLabels(value), labels)).toBe(expected);
  });
});
