import { isUnknown } from '../../api/unknown.ts';
import { forEachContainer } from '../validate/pod/facts.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

const PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';
const MESSAGE = 'deprecated since v1.30; use the "appArmorProfile" field instead';
/** Before, any profile of the Pod silenced the warning in a template. */
const COMPARED_SINCE = 34;

interface Profile {
  readonly type: string;
  readonly file: string;
}

/**
 * AppArmor annotations of a Pod that the server turns into fields, or cannot.
 * Mirrors applyAppArmorVersionSkew of pkg/registry/core/pod/strategy.go.
 */
export function warnPodAppArmor(list: WarningList, spec: Fields, annotations: Fields): void {
  if (!hasAnnotation(annotations) || fieldsOf(spec['os'])['name'] === 'windows') return;
  const own = profileOf(spec['securityContext']);
  forEachContainer(spec, (container) => {
    if (profileOf(container['securityContext']) !== undefined) return;
    const annotation = annotations[PREFIX + textOf(container['name'])];
    if (typeof annotation !== 'string' || isUnknown(annotation)) return;
    const profile = annotated(annotation);
    if (profile === undefined || !isSame(profile, own)) warn(list, container);
  });
}

/** The same of a template, which nobody turns into fields. Mirrors its part of warningsForPodSpecAndMeta. */
export function warnTemplateAppArmor(list: WarningList, container: Fields, spec: Fields, annotations: Fields): void {
  const annotation = annotations[PREFIX + textOf(container['name'])];
  if (typeof annotation !== 'string' || isUnknown(annotation)) return;
  if (profileOf(container['securityContext']) !== undefined) return;
  const own = profileOf(spec['securityContext']);
  if (own !== undefined) {
    const profile = list.minor < COMPARED_SINCE ? own : annotated(annotation);
    if (profile !== undefined && isSame(profile, own)) return;
  }
  warn(list, container);
}

function warn(list: WarningList, container: Fields): void {
  list.add(['metadata', 'annotations', PREFIX + textOf(container['name'])], MESSAGE);
}

function hasAnnotation(annotations: Fields): boolean {
  for (const name in annotations) if (name.startsWith(PREFIX)) return true;
  return false;
}

function profileOf(securityContext: unknown): Profile | undefined {
  const profile = fieldsOf(securityContext)['appArmorProfile'];
  if (!isSet(profile)) return undefined;
  const { type, localhostProfile } = fieldsOf(profile);
  return { type: textOf(type), file: textOf(localhostProfile) };
}

/** Undefined for a text that names no profile. */
function annotated(annotation: string): Profile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined', file: '' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault', file: '' };
  if (annotation.startsWith(LOCALHOST) && annotation !== LOCALHOST)
    return { type: 'Localhost', file: annotation.slice(LOCALHOST.length) };
  return undefined;
}

function isSame(profile: Profile, own: Profile | undefined): boolean {
  return own !== undefined && profile.type === own.type && profile.file === own.file;
}
