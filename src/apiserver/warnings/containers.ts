import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { quoteGo } from '../go-print.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../validate/scope.ts';
import { warnFraction } from './fractions.ts';
import type { WarningList } from './list.ts';

const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';
const SECCOMP_MESSAGE = 'non-functional in v1.27+; use the "seccompProfile" field instead';

/** A seccomp annotation of the Pod or of one container, which a field beside it makes harmless. */
export function warnSeccomp(list: WarningList, securityContext: unknown, annotations: Fields, annotation: string): void {
  if (isSet(fieldsOf(securityContext)['seccompProfile']) || !Object.hasOwn(annotations, annotation)) return;
  list.add(['metadata', 'annotations', annotation], SECCOMP_MESSAGE);
}

export function warnContainerSeccomp(list: WarningList, container: Fields, annotations: Fields): void {
  warnSeccomp(list, container['securityContext'], annotations, SECCOMP + textOf(container['name']));
}

/** Bytes that are not whole. `filled` says that requests not written follow from limits, as in a Pod but not in a template. */
export function warnContainerResources(list: WarningList, container: Fields, at: Path, filled: boolean): void {
  const { limits, requests } = fieldsOf(container['resources']);
  if (!isSet(limits) && !isSet(requests)) return;
  const most = fieldsOf(limits);
  const least = fieldsOf(requests);
  for (const resource of ['memory', 'ephemeral-storage']) {
    const limit = most[resource];
    const written = [...at, 'resources', 'limits', resource];
    const request = [...at, 'resources', 'requests', resource];
    warnFraction(list, limit, written);
    if (isSet(least[resource]) || !filled) warnFraction(list, least[resource], request);
    else warnFraction(list, limit, written, request);
  }
}

/** A variable set twice where the second does not build on the first. */
export function warnEnvironment(list: WarningList, container: Fields, at: Path): void {
  const env = itemsOf(container['env']);
  if (env.length < 2) return;
  const names = new Set<string>();
  for (let i = 0; i < env.length; i++) {
    const item = fieldsOf(env[i]);
    const name = textOf(item['name']);
    if (!names.has(name)) {
      names.add(name);
      continue;
    }
    const value = textOf(item['value']);
    if (isUnknown(name) || isUnknown(value)) continue;
    const reference = `$(${name})`;
    if (isSet(item['valueFrom']) || value === reference || !value.includes(reference)) {
      list.add([...at, 'env', i], `hides previous definition of ${quoteGo(name)}, which may be dropped when using apply`);
    }
  }
}
