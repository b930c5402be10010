import { ipWarnings } from '../../api/ip.ts';
import { dns1123LabelFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { quoteGo } from '../go-print.ts';
import { forEachContainer } from '../validate/pod/facts.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../validate/scope.ts';
import { warnPodAppArmor, warnTemplateAppArmor } from './app-armor.ts';
import { warnContainerResources, warnContainerSeccomp, warnEnvironment, warnSeccomp } from './containers.ts';
import { warnClaimSpec, warnFraction } from './fractions.ts';
import type { Warning } from './index.ts';
import { WarningList } from './list.ts';
import { nodeLabelWarning, warnNodeSelectorTerm } from './node-labels.ts';
import { warnOverlappingPaths } from './overlapping-paths.ts';
import { warnPorts } from './ports.ts';

/** Since this minor files of a volume that hide each other are told. */
const OVERLAPS_SINCE = 32;
/** Since this minor addresses in forms of old are told. */
const ADDRESSES_SINCE = 33;
/** GitRepoVolumeDriver is off by default from 1.33. */
const GIT_REPO_OFF_SINCE = 33;

/** The warnings that the creation of a Pod brings. Mirrors WarningsOnCreate of pkg/registry/core/pod and what comes before it. */
export function podWarnings(pod: unknown, minor: number): Warning[] {
  const { metadata, spec } = fieldsOf(pod);
  const list = new WarningList([], minor);
  const meta = fieldsOf(metadata);
  warnPodAppArmor(list, fieldsOf(spec), fieldsOf(meta['annotations']));
  warnHostname(list, meta);
  warnSpecAndMetadata(list, fieldsOf(spec), fieldsOf(meta['annotations']), true);
  return list.found;
}

/** The warnings about the Pod template at `path` of an object. Mirrors GetWarningsForPodTemplate of pkg/api/pod/warnings.go. */
export function podTemplateWarnings(template: unknown, path: Path, minor: number): Warning[] {
  const { metadata, spec } = fieldsOf(template);
  const list = new WarningList(path, minor);
  warnSpecAndMetadata(list, fieldsOf(spec), fieldsOf(fieldsOf(metadata)['annotations']), false);
  return list.found;
}

/** A generated name is known but for its last five characters, which are letters and digits. */
const GENERATED = { kept: 58, ending: 'xxxxx' };

function warnHostname(list: WarningList, metadata: Fields): void {
  let field = 'name';
  let name = textOf(metadata['name']);
  if (name === '') {
    field = 'generateName';
    const start = textOf(metadata['generateName']);
    if (start === '') return;
    name = isUnknown(start) ? start : start.slice(0, GENERATED.kept) + GENERATED.ending;
  }
  const faults = dns1123LabelFaults(name);
  if (faults.length === 0 || isUnknown(name)) return;
  const use = "this is used in the Pod's hostname, which can result in surprising behavior";
  list.addBare(['metadata', field], `metadata.name: ${use}; a DNS label is recommended: [${faults.join(' ')}]`);
}

/** The order of warningsForPodSpecAndMeta. */
function warnSpecAndMetadata(list: WarningList, spec: Fields, annotations: Fields, isPod: boolean): void {
  if (isSet(spec['nodeSelector'])) warnNodeSelectorLabels(list, fieldsOf(spec['nodeSelector']));
  if (isSet(spec['affinity'])) warnNodeAffinity(list, fieldsOf(fieldsOf(spec['affinity'])['nodeAffinity']));
  if (isSet(spec['topologySpreadConstraints'])) warnTopologySpread(list, itemsOf(spec['topologySpreadConstraints']));
  for (const name in annotations) {
    if (DEPRECATED_ANNOTATIONS.has(name)) {
      warnAnnotations(list, annotations);
      break;
    }
  }
  if (isSet(spec['volumes'])) warnVolumes(list, itemsOf(spec['volumes']));
  if (isSet(spec['hostAliases'])) warnRepeated(list, itemsOf(spec['hostAliases']), 'hostAliases', 'ip');
  if (isSet(spec['imagePullSecrets'])) warnPullSecrets(list, itemsOf(spec['imagePullSecrets']));
  const overhead = fieldsOf(spec['overhead']);
  for (const resource of ['memory', 'ephemeral-storage']) warnFraction(list, overhead[resource], ['spec', 'overhead', resource]);
  warnSeccomp(list, spec['securityContext'], annotations, 'seccomp.security.alpha.kubernetes.io/pod');
  forEachContainer(spec, (container, containers, index) => {
    const at = ['spec', containers, index];
    warnContainerSeccomp(list, container, annotations);
    if (!isPod) warnTemplateAppArmor(list, container, spec, annotations);
    warnContainerResources(list, container, at, isPod && containers !== 'ephemeralContainers');
    warnEnvironment(list, container, at);
  });
  warnPorts(list, spec, isPod);
  const period = numberOf(spec['terminationGracePeriodSeconds']) ?? 0;
  // A Pod's has been made one second by then.
  if (period < 0 && !isPod) {
    list.add(['spec', 'terminationGracePeriodSeconds'], 'must be >= 0; negative values are invalid and will be treated as 1');
  }
  if (isSet(spec['affinity'])) warnPodAffinity(list, fieldsOf(spec['affinity']));
  if (list.minor >= ADDRESSES_SINCE) warnAddresses(list, spec);
}

function warnNodeSelectorLabels(list: WarningList, selector: Fields): void {
  for (const key in selector) {
    const message = nodeLabelWarning(key, list.minor);
    if (message !== undefined) list.add(['spec', 'nodeSelector', key], message);
  }
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function warnNodeAffinity(list: WarningList, affinity: Fields): void {
  const at = ['spec', 'affinity', 'nodeAffinity'];
  const terms = itemsOf(fieldsOf(affinity[REQUIRED])['nodeSelectorTerms']);
  for (let i = 0; i < terms.length; i++) {
    warnNodeSelectorTerm(list, fieldsOf(terms[i]), [...at, REQUIRED, 'nodeSelectorTerms', i], false);
  }
  const preferred = itemsOf(affinity[PREFERRED]);
  for (let i = 0; i < preferred.length; i++) {
    warnNodeSelectorTerm(list, fieldsOf(fieldsOf(preferred[i])['preference']), [...at, PREFERRED, i, 'preference'], true);
  }
}

const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

function warnTopologySpread(list: WarningList, constraints: readonly unknown[]): void {
  for (let i = 0; i < constraints.length; i++) {
    const { topologyKey, labelSelector } = fieldsOf(constraints[i]);
    const key = textOf(topologyKey);
    const message = nodeLabelWarning(key, list.minor);
    if (message !== undefined) list.add(['spec', 'topologySpreadConstraints', i, 'topologyKey'], `${key} is ${message}`);
    if (!isSet(labelSelector)) list.add(['spec', 'topologySpreadConstraints', i, 'labelSelector'], NULL_SELECTOR);
  }
}

const DEPRECATED_ANNOTATIONS: ReadonlyMap<string, string> = new Map([
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
]);

function warnAnnotations(list: WarningList, annotations: Fields): void {
  for (const [name, message] of DEPRECATED_ANNOTATIONS) {
    if (Object.hasOwn(annotations, name)) list.add(['metadata', 'annotations', name], message);
  }
}

/** In the server's order; `ephemeral` stands where it looks at the claim of one. */
const OLD_VOLUMES: readonly (readonly [string, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', ''],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function warnVolumes(list: WarningList, volumes: readonly unknown[]): void {
  for (let i = 0; i < volumes.length; i++) {
    const volume = fieldsOf(volumes[i]);
    for (const [kind, message] of OLD_VOLUMES) {
      if (!isSet(volume[kind])) continue;
      const at = ['spec', 'volumes', i, kind];
      if (kind === 'ephemeral') {
        const template = fieldsOf(fieldsOf(volume[kind])['volumeClaimTemplate']);
        warnClaimSpec(list, template['spec'], [...at, 'volumeClaimTemplate', 'spec']);
      } else if (kind === 'gitRepo' && list.minor >= GIT_REPO_OFF_SINCE) {
        list.add(at, `${message}, and disabled by default in v1.33+`);
      } else if (kind === 'storageos') {
        // The server writes the field as Go does.
        list.addBare(at, `${list.fieldOf(['spec', 'volumes', i])}.storageOS: ${message}`);
      } else list.add(at, message);
    }
  }
  if (list.minor >= OVERLAPS_SINCE) warnOverlappingPaths(list, volumes);
}

function warnRepeated(list: WarningList, items: readonly unknown[], at: string, field: string): void {
  if (items.length < 2) return;
  const seen = new Set<string>();
  for (let i = 0; i < items.length; i++) {
    const value = textOf(fieldsOf(items[i])[field]);
    if (!seen.has(value)) seen.add(value);
    else if (!isUnknown(value)) list.add(['spec', at, i, field], `duplicate ${field} ${quoteGo(value)}`);
  }
}

function warnPullSecrets(list: WarningList, secrets: readonly unknown[]): void {
  warnRepeated(list, secrets, 'imagePullSecrets', 'name');
  for (let i = 0; i < secrets.length; i++) {
    if (isUnknown(secrets[i]) || textOf(fieldsOf(secrets[i])['name']) !== '') continue;
    list.add(['spec', 'imagePullSecrets', i, 'name'], 'invalid empty name ""');
  }
}

function warnPodAffinity(list: WarningList, affinity: Fields): void {
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    if (!isSet(affinity[kind])) continue;
    const terms = itemsOf(fieldsOf(affinity[kind])[REQUIRED]);
    for (let i = 0; i < terms.length; i++) {
      if (isSet(fieldsOf(terms[i])['labelSelector'])) continue;
      list.add(['spec', 'affinity', kind, REQUIRED, i, 'labelSelector'], NULL_SELECTOR);
    }
    const preferred = itemsOf(fieldsOf(affinity[kind])[PREFERRED]);
    for (let i = 0; i < preferred.length; i++) {
      if (isSet(fieldsOf(fieldsOf(preferred[i])['podAffinityTerm'])['labelSelector'])) continue;
      list.add(['spec', 'affinity', kind, PREFERRED, i, 'podAffinityTerm', 'labelSelector'], NULL_SELECTOR);
    }
  }
}

function warnAddresses(list: WarningList, spec: Fields): void {
  const nameservers = itemsOf(fieldsOf(spec['dnsConfig'])['nameservers']);
  for (let i = 0; i < nameservers.length; i++) warnAddress(list, nameservers[i], ['spec', 'dnsConfig', 'nameservers', i]);
  const aliases = itemsOf(spec['hostAliases']);
  for (let i = 0; i < aliases.length; i++) warnAddress(list, fieldsOf(aliases[i])['ip'], ['spec', 'hostAliases', i, 'ip']);
}

function warnAddress(list: WarningList, value: unknown, at: Path): void {
  if (typeof value !== 'string' || isUnknown(value)) return;
  for (const message of ipWarnings(value, list.minor)) list.add(at, message);
}
