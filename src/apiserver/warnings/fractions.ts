import { formatQuantity, parseQuantity, type Quantity, scaledValue } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { quoteGo } from '../go-print.ts';
import { fieldsOf, isSet } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

const MILLI = -3;
const MAX_INT64 = 9223372036854775807n;

/** An amount of bytes at `at` that is not whole, such as `100m` of memory. `named` is where the server says it is. */
export function warnFraction(list: WarningList, value: unknown, at: Path, named = at): void {
  if (!isSet(value) || isUnknown(value)) return;
  const quantity = parseQuantity(value);
  if (quantity === undefined) return;
  const milli = scaledValue(quantity, MILLI);
  if (int64(milli, quantity.exponent) % 1000n === 0n) return;
  const amount = quoteGo(formatQuantity(stored(quantity, milli)));
  list.addBare(at, `${list.fieldOf(named)}: fractional byte value ${amount} is invalid, must be an integer`);
}

/**
 * The server counts thousandths in 64 bits, so that it also finds fractions in what is too large for them. It notices that only on
 * those ways from the quantity's power of ten to thousandths that are not laid out (positiveScaleInt64 of pkg/api/resource/math.go).
 */
function int64(milli: bigint, exponent: number): bigint {
  const noticed = exponent > 0 && exponent !== 3 && exponent !== 6;
  return noticed && milli > MAX_INT64 ? 0n : BigInt.asIntN(64, milli);
}

/** The server keeps thousandths. */
function stored(quantity: Quantity, milli: bigint): Quantity {
  return quantity.exponent >= MILLI ? quantity : { unscaled: milli, exponent: MILLI, format: quantity.format };
}

/** A claim's spec at `at`. Mirrors GetWarningsForPersistentVolumeClaimSpec of pkg/api/persistentvolumeclaim. */
export function warnClaimSpec(list: WarningList, spec: unknown, at: Path): void {
  const resources = fieldsOf(fieldsOf(spec)['resources']);
  for (const kind of ['requests', 'limits']) {
    const { storage } = fieldsOf(resources[kind]);
    if (isSet(storage)) warnFraction(list, storage, [...at, 'resources', kind, 'storage']);
  }
}
