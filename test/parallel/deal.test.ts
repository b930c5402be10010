import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deal } from '../../src/parallel/deal.ts';

function taker(shared: Int32Array, place: number, parts: number): () => number | undefined {
  const deal = new Deal(shared, place);
  return () => deal.take(parts);
}

describe('parts', () => {
  it('are each taken once, whoever is quicker', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 80 }),
        (parts, turns) => {
          const shared = new Int32Array(60);
          const takers = [0, 1, 2].map((number) => taker(shared, number / 3, parts));
          const taken: number[] = [];
          for (const turn of [...turns, ...Array(parts).fill(1), 1]) taken.push(takers[turn]!() ?? -1);
          expect(taken.filter((part) => part >= 0).sort((a, b) => a - b)).toEqual([...Array(parts).keys()]);
          expect(takers.map((take) => take())).toEqual([undefined, undefined, undefined]);
        },
      ),
    );
  });

  it('follow each other where they can', () => {
    const shared = new Int32Array(8);
    const [first, second] = [taker(shared, 0, 8), taker(shared, 0.5, 8)];
    expect([first(), second(), first(), second(), first(), first()]).toEqual([0, 4, 1, 5, 2, 3]);
    // The longest row that is left is 6, 7: its end.
    expect([first(), second(), first(), second()]).toEqual([7, 6, undefined, undefined]);
  });

  it('that have no number are left', () => {
    const take = taker(new Int32Array(2), 0, 5);
    expect([take(), take(), take()]).toEqual([0, 1, undefined]);
  });
});
