import { compareQuantity, formatQuantity, parseQuantity } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

const MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets';
/** Since these minors. */
const MOUNTABLE_SECRETS_SINCE = 32;
const QUOTAS_SINCE = 35;
const DRIVERS_SINCE = 35;

/** Mirrors WarningsOnCreate of pkg/registry/core/serviceaccount/strategy.go. */
export function warnServiceAccount(list: WarningList, object: Fields): void {
  if (list.minor < MOUNTABLE_SECRETS_SINCE) return;
  if (!Object.hasOwn(fieldsOf(fieldsOf(object['metadata'])['annotations']), MOUNTABLE_SECRETS)) return;
  const message = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
  list.add(['metadata', 'annotations', MOUNTABLE_SECRETS], message);
}

/** Mirrors WarningsOnCreate of pkg/registry/core/resourcequota/strategy.go. */
export function warnResourceQuota(list: WarningList, object: Fields): void {
  if (list.minor < QUOTAS_SINCE) return;
  const hard = fieldsOf(fieldsOf(object['spec'])['hard']);
  for (const resource of ['cpu', 'memory', 'storage', 'ephemeral-storage']) {
    let requests = `requests.${resource}`;
    if (!Object.hasOwn(hard, requests) && (resource === 'cpu' || resource === 'memory')) requests = resource;
    const limits = `limits.${resource}`;
    const request = parseQuantity(hard[requests]);
    const limit = parseQuantity(hard[limits]);
    if (request === undefined || limit === undefined || compareQuantity(request, limit) <= 0) continue;
    const [more, less] = [`${requests} (${formatQuantity(request)})`, `${limits} (${formatQuantity(limit)})`];
    list.addBare(['spec', 'hard', requests], `ResourceQuota ${more} should be less than ${less}`);
  }
}

/** Mirrors WarningsOnCreate of pkg/registry/resource/resourceslice/strategy.go. */
export function warnResourceSlice(list: WarningList, object: Fields): void {
  const driver = textOf(fieldsOf(object['spec'])['driver']);
  if (list.minor < DRIVERS_SINCE || driver === driver.toLowerCase() || isUnknown(driver)) return;
  list.add(['spec', 'driver'], `driver names should be lowercase; ${quoteGo(driver)} contains uppercase characters`);
}
