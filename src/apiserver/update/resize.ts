import { at, type JsonObject } from '../../api/manifest.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { UpdateCause } from './check.ts';

const SIZE = ['spec', 'resources', 'requests', 'storage'];

/**
 * The PersistentVolumeClaimResize plugin: a claim grows only if its StorageClass says so. Without a volume it may not grow either, whatever its class says.
 * @param classOf the StorageClass of that name, undefined where it is not known
 */
export function resizeRefusal(
  old: JsonObject,
  next: JsonObject,
  classOf: (name: string) => JsonObject | undefined,
): UpdateCause | undefined {
  const [before, after] = [parseQuantity(at(old, SIZE)), parseQuantity(at(next, SIZE))];
  if (before === undefined || after === undefined || compareQuantity(after, before) <= 0) return undefined;
  const [className, name] = [at(next, ['spec', 'storageClassName']), at(next, ['metadata', 'name'])];
  if (
    typeof className !== 'string' ||
    className === '' ||
    isUnknown(className) ||
    at(old, ['spec', 'storageClassName']) !== className
  )
    return undefined;
  const storageClass = classOf(className);
  const allows = storageClass?.['allowVolumeExpansion'];
  if (storageClass === undefined || allows === true || isUnknown(allows)) return undefined;
  const says = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  return {
    type: 'FieldValueForbidden',
    path: SIZE,
    field: SIZE.join('.'),
    message: `persistentvolumeclaims ${quoteGo(String(name))} is forbidden: ${says}`,
    admission: true,
  };
}
