import { isUnknown } from '../../../api/unknown.ts';
import { fieldPath } from '../../../source/path.ts';
import { quoteGo } from '../../go-print.ts';
import type { Fields } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, Scope, textOf } from '../scope.ts';
import { CONTAINER_LISTS, forEachContainer, type PodFacts } from './facts.ts';
import { validateDescendingPath } from './paths.ts';
import { validateToleration } from './scheduling.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

/**
 * Annotations that say something of the Pod. The scope stands where the object that holds `metadata` and `spec` stands; of a
 * template the server leaves `metadata` out of the place. Mirrors ValidatePodSpecificAnnotations of pkg/apis/core/validation.
 */
export function validatePodAnnotations(v: Scope, pod: PodFacts): void {
  const { annotations } = pod;
  let special = false;
  for (const name in annotations) {
    if (name.endsWith(MIRROR) || name.includes('.alpha.kubernetes.io/') || name === DELETION_COST || name.startsWith(APPARMOR)) {
      special = true;
      break;
    }
  }
  if (!special) return;
  const field = (name: string): string => `${pod.isPod ? '.metadata' : ''}.annotations[${name}]`;
  const child = (name: string): string => `${pod.isPod ? '.metadata' : ''}.annotations.${name}`;

  const mirror = annotations[MIRROR];
  if (typeof mirror === 'string' && textOf(pod.spec['nodeName']) === '') {
    v.invalid(at(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set', field(MIRROR));
  }
  const tolerations = annotations[TOLERATIONS];
  if (typeof tolerations === 'string' && tolerations !== '') validateTolerations(v, tolerations, pod);
  const cost = annotations[DELETION_COST];
  if (typeof cost === 'string' && !isDeletionCost(cost))
    v.invalid(at(DELETION_COST), cost, 'must be a 32bit integer', field(DELETION_COST));

  const seccomp = annotations[SECCOMP_POD];
  if (typeof seccomp === 'string') validateSeccomp(v, SECCOMP_POD, seccomp, child(SECCOMP_POD));
  for (const name in annotations) {
    const value = annotations[name];
    if (name.startsWith(SECCOMP_CONTAINER) && typeof value === 'string') validateSeccomp(v, name, value, child(name));
  }
  for (const name in annotations) {
    const value = annotations[name];
    if (name.startsWith(APPARMOR) && typeof value === 'string') validateAppArmor(v, name, value, field(name), pod);
  }
}

function at(name: string): string[] {
  return ['metadata', 'annotations', name];
}

/** Mirrors GetDeletionCostFromPodAnnotations: a 32 bit integer in its plainest form. */
function isDeletionCost(value: string): boolean {
  if (!/^(?:0|-[0-9]+|[1-9][0-9]*)$/.test(value) || value.length > 64) return false;
  const number = Number(value);
  return number >= -2147483648 && number <= 2147483647;
}

/** Tolerations as JSON in an annotation. What is not such JSON is told with Go's words, which are not known here. */
function validateTolerations(v: Scope, text: string, pod: PodFacts): void {
  if (isUnknown(text)) return;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    const field = pod.isPod ? '.metadata.annotations' : '.annotations';
    v.invalid(at(TOLERATIONS), TOLERATIONS, 'not a list of tolerations in JSON', field);
    return;
  }
  const path = v.path(at(TOLERATIONS));
  const field = `${fieldPath(v.path(pod.isPod ? ['metadata', 'annotations'] : ['annotations']))}.${TOLERATIONS}`;
  const inner = new Scope(list, v.minor);
  // The Go type has capital field names and reads them in any case.
  for (const [i, toleration] of itemsOf(list).entries()) {
    const fields = Object.fromEntries(Object.entries(fieldsOf(toleration)).map(([key, value]) => [lowerFirst(key), value]));
    inner.in(i, fields, validateToleration);
  }
  v.collect(inner.end().map((cause) => ({ ...cause, path, field: field + (cause.field ?? fieldPath(cause.path)) })));
}

function lowerFirst(key: string): string {
  return key.slice(0, 1).toLowerCase() + key.slice(1);
}

function validateSeccomp(v: Scope, name: string, profile: string, field: string): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return;
  if (profile.startsWith(LOCALHOST)) validateDescendingPath(v, at(name), profile.slice(LOCALHOST.length), field);
  else v.invalid(at(name), profile, 'must be a valid seccomp profile', field);
}

function validateAppArmor(v: Scope, name: string, profile: string, field: string, pod: PodFacts): void {
  const container = name.slice(APPARMOR.length);
  if (!hasContainer(pod.spec, container)) v.invalid(at(name), container, 'container not found', field);
  if (profile !== '' && profile !== 'runtime/default' && profile !== 'unconfined' && !profile.startsWith(LOCALHOST)) {
    v.invalid(at(name), profile, `invalid AppArmor profile name: ${quoteGo(profile)}`, field);
  }
}

/** True also where a container's name is a placeholder. */
function hasContainer(spec: Fields, name: string): boolean {
  for (const list of CONTAINER_LISTS) {
    for (const container of itemsOf(spec[list])) {
      const own = fieldsOf(container)['name'];
      if (own === name || isUnknown(own)) return true;
    }
  }
  return false;
}

/** The profiles of fields must be those of annotations, where both are given; the scope stands at the spec. */
export function validateProfilesMatch(v: Scope, pod: PodFacts): void {
  let any = false;
  for (const name in pod.annotations) {
    if (name === SECCOMP_POD || name.startsWith(SECCOMP_CONTAINER) || name.startsWith(APPARMOR)) {
      any = true;
      break;
    }
  }
  if (!any) return;
  validateSeccompMatches(v, pod);
  if (pod.os !== 'windows') validateAppArmorMatches(v, pod);
}

/** Mirrors validateSeccompAnnotationsAndFields. */
function validateSeccompMatches(v: Scope, pod: PodFacts): void {
  const own = fieldsOf(pod.spec['securityContext'])['seccompProfile'];
  if (isSet(own)) matchProfile(v, ['securityContext', 'seccompProfile'], pod.annotations[SECCOMP_POD], fieldsOf(own), 'seccomp');
  forEachContainer(pod.spec, (container, list, i) => {
    const profile = fieldsOf(container['securityContext'])['seccompProfile'];
    if (!isSet(profile)) return;
    const annotation = pod.annotations[SECCOMP_CONTAINER + textOf(container['name'])];
    matchProfile(v, [list, i, 'securityContext', 'seccompProfile'], annotation, fieldsOf(profile), 'seccomp');
  });
}

/** Mirrors validateAppArmorAnnotationsAndFieldsMatchOnCreate. A Pod's profile stands for its containers'. */
function validateAppArmorMatches(v: Scope, pod: PodFacts): void {
  const own = fieldsOf(pod.spec['securityContext'])['appArmorProfile'];
  forEachContainer(pod.spec, (container, list, i) => {
    const written = fieldsOf(container['securityContext'])['appArmorProfile'];
    const annotation = pod.annotations[APPARMOR + textOf(container['name'])];
    // A Pod's container without a profile of its own gets the annotation's first.
    const profile = isSet(written) ? written : pod.isPod ? undefined : own;
    if (isSet(profile))
      matchProfile(v, [list, i, 'securityContext', 'appArmorProfile'], annotation, fieldsOf(profile), 'apparmor');
  });
}

function matchProfile(
  v: Scope,
  place: (string | number)[],
  annotation: unknown,
  profile: Fields,
  kind: 'seccomp' | 'apparmor',
): void {
  if (typeof annotation !== 'string' || isUnknown(annotation)) return;
  const type = profile['type'];
  const differs = `${kind} type in annotation and field must match`;
  if (type === 'Unconfined') {
    if (annotation !== 'unconfined') v.forbidden([...place, 'type'], differs);
  } else if (type === 'RuntimeDefault') {
    const same = annotation === 'runtime/default' || (kind === 'seccomp' && annotation === 'docker/default');
    if (!same) v.forbidden([...place, 'type'], differs);
  } else if (type === 'Localhost') {
    if (!annotation.startsWith(LOCALHOST)) v.forbidden([...place, 'type'], differs);
    else if (annotation.slice(LOCALHOST.length) !== profile['localhostProfile']) {
      v.forbidden([...place, 'localhostProfile'], `${kind} profile in annotation and field must match`);
    }
  }
}
