import { asArray, asObject, asString, at, isObject, type JsonObject, objectsOf } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { quoteGo } from '../go-print.ts';
import type { AdmissionRefusal } from './refusal.ts';

/** The ServiceAccount admission plugin. Mirrors plugin/pkg/admission/serviceaccount/admission.go. */

/** The account a Pod runs as, and the field that says so; `default` where none does. */
export function serviceAccountOf(podSpec: unknown): { readonly name: string; readonly path: Path } {
  const spec = asObject(podSpec) ?? {};
  for (const field of ['serviceAccountName', 'serviceAccount']) {
    const name = spec[field];
    if (typeof name === 'string' && name !== '') return { name, path: ['spec', field] };
  }
  return { name: 'default', path: ['spec', 'serviceAccountName'] };
}

/** The refusal of a Pod whose account does not exist. Every namespace gets an account `default`, so the caller should say that it exists. */
export function missingServiceAccount(
  namespace: string,
  podSpec: unknown,
  exists: (name: string) => boolean,
): AdmissionRefusal | undefined {
  const { name, path } = serviceAccountOf(podSpec);
  if (isUnknown(name) || isUnknown(namespace) || exists(name)) return undefined;
  return { message: `error looking up service account ${namespace}/${name}: serviceaccount ${quoteGo(name)} not found`, path };
}

/** A token is mounted into the Pod: its own word counts before the account's, and silence means yes. */
export function automountsToken(podSpec: unknown, serviceAccount: unknown): boolean {
  const own = asObject(podSpec)?.['automountServiceAccountToken'];
  if (typeof own === 'boolean') return own;
  const account = asObject(serviceAccount)?.['automountServiceAccountToken'];
  return typeof account === 'boolean' ? account : true;
}

/** Names of the pull secrets a Pod ends up with: its own, or if it has none those of its account. */
export function imagePullSecretsOf(podSpec: unknown, serviceAccount: unknown): readonly string[] {
  const own = namesIn(asObject(podSpec)?.['imagePullSecrets']);
  return own.length > 0 ? own : namesIn(asObject(serviceAccount)?.['imagePullSecrets']);
}

function namesIn(list: unknown): readonly string[] {
  const names: string[] = [];
  for (const [item] of objectsOf(list)) names.push(asString(item['name']) ?? '');
  return names;
}

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** The account lets its Pods use only the Secrets that it lists (`kubernetes.io/enforce-mountable-secrets`): the first that is not listed. */
export function forbiddenSecret(podSpec: unknown, serviceAccount: unknown): AdmissionRefusal | undefined {
  const account = asObject(serviceAccount);
  const flag = at(account, ['metadata', 'annotations', ENFORCE]);
  if (account === undefined || typeof flag !== 'string' || !TRUE.has(flag)) return undefined;
  const spec = asObject(podSpec) ?? {};
  const mountable = new Set(namesIn(account['secrets']));
  const name = asString(asObject(account['metadata'])?.['name']) ?? '';
  const forbidden = (secret: unknown): secret is string =>
    typeof secret === 'string' && !isUnknown(secret) && !mountable.has(secret);

  for (const [volume, i] of objectsOf(spec['volumes'])) {
    const secret = at(volume, ['secret', 'secretName']);
    if (!forbidden(secret)) continue;
    const message = `volume with secret.secretName="${secret}" is not allowed because service account ${name} does not reference that secret`;
    return { message, path: ['spec', 'volumes', i, 'secret', 'secretName'] };
  }
  for (const list of ['initContainers', 'containers']) {
    const word = list === 'containers' ? 'container' : 'init container';
    for (const [container, i] of objectsOf(spec[list])) {
      const refusal = forbiddenInContainer(container, word, name, forbidden);
      if (refusal !== undefined) return { message: refusal.message, path: ['spec', list, i, ...refusal.path] };
    }
  }
  const pullable = new Set(namesIn(account['imagePullSecrets']));
  const pulls = asArray(spec['imagePullSecrets']);
  for (let i = 0; i < pulls.length; i++) {
    const secret = isObject(pulls[i]) ? (asString(asObject(pulls[i])?.['name']) ?? '') : '';
    if (pullable.has(secret) || isUnknown(secret)) continue;
    const message = `imagePullSecrets[${i}].name="${secret}" is not allowed because service account ${name} does not reference that imagePullSecret`;
    return { message, path: ['spec', 'imagePullSecrets', i, 'name'] };
  }
  return undefined;
}

function forbiddenInContainer(
  container: JsonObject,
  word: string,
  account: string,
  forbidden: (secret: unknown) => secret is string,
): AdmissionRefusal | undefined {
  const name = asString(container['name']) ?? '';
  const because = `is not allowed because service account ${account} does not reference that secret`;
  for (const [variable, i] of objectsOf(container['env'])) {
    const secret = at(variable, ['valueFrom', 'secretKeyRef', 'name']);
    if (!forbidden(secret)) continue;
    const message = `${word} ${name} with envVar ${asString(variable['name']) ?? ''} referencing secret.secretName="${secret}" ${because}`;
    return { message, path: ['env', i, 'valueFrom', 'secretKeyRef', 'name'] };
  }
  for (const [source, i] of objectsOf(container['envFrom'])) {
    const secret = at(source, ['secretRef', 'name']);
    if (!forbidden(secret)) continue;
    return {
      message: `${word} ${name} with envFrom referencing secret.secretName="${secret}" ${because}`,
      path: ['envFrom', i, 'secretRef', 'name'],
    };
  }
  return undefined;
}
