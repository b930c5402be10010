import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  isIntegerQuantity,
  maxQuantity,
  multiplyQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  quantitySign,
  quantityToNumber,
  scaledValue,
  subtractQuantity,
} from '../../src/api/quantity.ts';

/** What was written as a container's memory limit, and what the server of 1.37 stored, in thousandths at the finest; null: refused. */
const recorded = JSON.parse(readFileSync(new URL('../recorded/quantity.json', import.meta.url), 'utf8')) as [
  string,
  string | null,
][];

function quantity(text: unknown): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new Error(`${text} is no quantity`);
  return parsed;
}

test.each(recorded)('%j is stored as %j', (written, stored) => {
  const parsed = parseQuantity(written);
  if (stored === null || parsed === undefined) {
    expect(parsed).toBeUndefined();
    expect(stored).toBeNull();
    return;
  }
  const milli = parsed.exponent >= -3 ? parsed : { ...parsed, unscaled: scaledValue(parsed, -3), exponent: -3, text: undefined };
  expect(formatQuantity(milli)).toBe(stored);
});

describe('values that are not texts', () => {
  test.each([
    [1, '1'],
    [0.5, '500m'],
    [1e21, '1e+21'],
    [1500, '1500'],
    [10n, '10'],
  ])('%s', (value, text) => expect(formatQuantity(quantity(value))).toBe(text));

  test.each([undefined, null, true, {}, [], Number.NaN, Infinity])('%s', (value) => expect(parseQuantity(value)).toBeUndefined());
});

/** An amount in thousandths of a thousandth, and one way to write it. */
const amounts = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const micro = (amount: bigint): Quantity => quantity(`${amount}u`);

describe('arithmetic is that of integers', () => {
  test('add, subtract, compare, sign', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(scaledValue(addQuantity(micro(a), micro(b)), -6)).toBe(a + b);
        expect(scaledValue(subtractQuantity(micro(a), micro(b)), -6)).toBe(a - b);
        expect(compareQuantity(micro(a), micro(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(scaledValue(maxQuantity(micro(a), micro(b)), -6)).toBe([a, b].sort((x, y) => (x < y ? -1 : 1))[1]);
        expect(quantitySign(micro(a))).toBe(a < 0n ? -1 : a > 0n ? 1 : 0);
      }),
    );
  });

  test('multiply and whole numbers', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: -1000, max: 1000 }), (a, factor) => {
        expect(scaledValue(multiplyQuantity(micro(a), factor), -6)).toBe(a * BigInt(factor));
        expect(isIntegerQuantity(micro(a))).toBe(a % 1000000n === 0n);
      }),
    );
  });

  test('scaling rounds away from zero', () => {
    expect(scaledValue(quantity('1u'), 0)).toBe(1n);
    expect(scaledValue(quantity('-1u'), 0)).toBe(-1n);
    expect(scaledValue(quantity('1001m'), 0)).toBe(2n);
    expect(scaledValue(quantity('1Ki'), 3)).toBe(2n);
    expect(scaledValue(quantity('1k'), -3)).toBe(1000000n);
  });

  test('what is printed is read again', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom('u', 'm', '', 'k', 'Ki', 'Mi', 'e2'), (amount, suffix) => {
        const parsed = quantity(`${amount}${suffix}`);
        expect(compareQuantity(quantity(formatQuantity(parsed)), parsed)).toBe(0);
      }),
    );
  });
});

test('sums keep the format of what is added to', () => {
  expect(formatQuantity(addQuantity(quantity('1Gi'), quantity('1G')))).toBe('2073741824');
  expect(formatQuantity(addQuantity(quantity('1Gi'), quantity('1Gi')))).toBe('2Gi');
  expect(formatQuantity(addQuantity(quantityOf(0), quantity('512Mi')))).toBe('512Mi');
  expect(formatQuantity(addQuantity(quantity('500m'), quantity('1')))).toBe('1500m');
});

test('numbers', () => {
  expect(quantityToNumber(quantity('1.5Gi'))).toBe(1610612736);
  expect(quantityToNumber(quantity('250m'))).toBe(0.25);
});

test('a hostile text costs little', () => {
  const start = performance.now();
  expect(parseQuantity('9'.repeat(10 ** 6))).toBeUndefined();
  const far = [quantity('1e2000000000'), quantity('1e-2000000000'), quantity('1')];
  for (const left of far) {
    for (const right of far) {
      compareQuantity(left, right);
      addQuantity(left, right);
      isIntegerQuantity(left);
      scaledValue(left, -3);
    }
  }
  expect(performance.now() - start).toBeLessThan(500);
});
