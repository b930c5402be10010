import { dns1123LabelFaults } from '../../../api/names.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';
import { validateEnv } from './env.ts';
import { fieldAbove, hasAny, type PodFacts } from './facts.ts';
import { validateMountsAndDevices } from './mounts.ts';
import { validateHostPortConflicts, validateOwnHostPorts, validatePorts } from './ports.ts';
import { hasLifecycle, validateLifecycle, validateProbes } from './probes.ts';
import { validateContainerResourceName, validateRequirements } from './resources.ts';
import { validateInitRestartPolicy, validateRestartPolicy } from './restart-rules.ts';
import { validateSecurityContext } from './security-context.ts';

/** InPlacePodVerticalScaling is on by default from 1.33; before, `resizePolicy` is dropped. */
const RESIZE_SINCE = 33;
/** Init containers may not ask for a restart on resize from 1.36 on. */
const INIT_RESIZE_RULE_SINCE = 36;
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

/** All containers of the spec, where the scope stands. Mirrors validateContainers, validateInitContainers and validateEphemeralContainers. */
export function validateAllContainers(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  const containers = itemsOf(spec['containers']);
  if (containers.length === 0) v.required('containers');
  else {
    const names = containers.length > 1 ? new Set<string>() : undefined;
    v.each('containers', containers, validateContainer, { pod, names });
    validateHostPortConflicts(v, containers, pod);
  }
  const initContainers = itemsOf(spec['initContainers']);
  if (initContainers.length > 0) {
    v.each('initContainers', initContainers, validateInitContainer, { pod, names: namesOf(containers) });
  }
  const ephemeral = itemsOf(spec['ephemeralContainers']);
  if (ephemeral.length > 0) {
    const others = namesOf(containers);
    for (const name of namesOf(initContainers)) others.add(name);
    v.each('ephemeralContainers', ephemeral, validateEphemeralContainer, { pod, others, names: new Set(others) });
  }
}

interface ContainerState {
  readonly pod: PodFacts;
  /** Undefined for a container alone. */
  readonly names: Set<string> | undefined;
}

interface NamesState {
  readonly pod: PodFacts;
  readonly names: Set<string>;
}

interface EphemeralState extends NamesState {
  readonly others: ReadonlySet<string>;
}

function namesOf(containers: readonly unknown[]): Set<string> {
  const names = new Set<string>();
  for (const container of containers) names.add(textOf(fieldsOf(container)['name']));
  return names;
}

function validateContainer(v: Scope, container: Fields, _index: number, state: ContainerState): void {
  const { pod, names } = state;
  const rare = hasAny(container, RARE);
  validateCommon(v, container, pod, 'containers', rare);
  const name = textOf(container['name']);
  if (names?.has(name)) v.duplicate('name', name);
  else names?.add(name);
  if (rare) validateLifecycle(v, container, pod);
  validateProbes(v, container, pod);
  if (rare) validateRestartPolicy(v, container);
}

/** Fields that few containers have. */
const RARE: ReadonlySet<string> = new Set([
  ...['lifecycle', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', 'terminationMessagePolicy', 'volumeDevices'],
]);

/** What holds for every kind of container. Mirrors validateContainerCommon. */
function validateCommon(v: Scope, container: Fields, pod: PodFacts, list: string, rare = true): void {
  const name = textOf(container['name']);
  if (name === '') v.required('name');
  else v.invalids('name', name, dns1123LabelFaults(name));
  if (textOf(container['image']) === '') v.required('image');
  const messages = rare ? textOf(container['terminationMessagePolicy']) : '';
  if (messages !== '' && !MESSAGE_POLICIES.includes(messages))
    v.unsupported('terminationMessagePolicy', messages, MESSAGE_POLICIES);
  if (isSet(container['ports'])) validatePorts(v, container, pod, list);
  validateEnv(v, container, pod);
  if (rare || isSet(container['volumeMounts'])) validateMountsAndDevices(v, container, pod);
  const pull = textOf(container['imagePullPolicy']);
  if (pull !== '' && !PULL_POLICIES.includes(pull)) v.unsupported('imagePullPolicy', pull, PULL_POLICIES);
  if (isSet(container['resources']))
    v.in('resources', container['resources'], list === 'ephemeralContainers' ? validateResources : validateOwnResources, pod);
  if (rare && v.minor >= RESIZE_SINCE && isSet(container['resizePolicy'])) {
    v.each('resizePolicy', container['resizePolicy'], validateResizePolicy, { pod, names: new Set<string>() });
  }
  if (isSet(container['securityContext'])) v.in('securityContext', container['securityContext'], validateSecurityContext, pod);
}

function validateOwnResources(v: Scope, resources: Fields, pod: PodFacts): void {
  validateRequirements(v, resources, validateContainerResourceName, pod, pod.isPod);
}

function validateResources(v: Scope, resources: Fields, pod: PodFacts): void {
  validateRequirements(v, resources, validateContainerResourceName, pod, false);
}

/** Mirrors validateResizePolicy; the server names the list in most faults. */
function validateResizePolicy(v: Scope, policy: Fields, _index: number, state: NamesState): void {
  const resource = textOf(policy['resourceName']);
  if (state.names.has(resource)) v.duplicate([], resource);
  state.names.add(resource);
  if (resource === '') v.required('resourceName', '', fieldAbove(v, 1, ''));
  else if (resource !== 'cpu' && resource !== 'memory')
    v.unsupported('resourceName', resource, ['cpu', 'memory'], fieldAbove(v, 1, ''));
  const restart = textOf(policy['restartPolicy']);
  if (restart === '') v.required('restartPolicy', '', fieldAbove(v, 1, ''));
  else if (restart !== 'NotRequired' && restart !== 'RestartContainer') {
    v.unsupported('restartPolicy', restart, ['NotRequired', 'RestartContainer'], fieldAbove(v, 1, ''));
  }
  if (state.pod.restartPolicy === 'Never' && restart !== 'NotRequired') {
    const whose = v.minor >= 36 ? 'pod ' : '';
    v.invalid('restartPolicy', restart, `must be 'NotRequired' when ${whose}\`restartPolicy\` is 'Never'`, fieldAbove(v, 1, ''));
  }
}

function validateInitContainer(v: Scope, container: Fields, _index: number, state: NamesState): void {
  const { pod, names } = state;
  validateCommon(v, container, pod, 'initContainers');
  const sidecar = container['restartPolicy'] === 'Always';
  validateInitRestartPolicy(v, container);
  const name = textOf(container['name']);
  if (names.has(name)) v.duplicate('name', name);
  else if (name !== '') names.add(name);
  if (isSet(container['ports'])) validateOwnHostPorts(v, container, pod);
  if (sidecar) {
    validateLifecycle(v, container, pod);
    validateProbes(v, container, pod);
  } else {
    const detail = 'may not be set for init containers without restartPolicy=Always';
    if (hasLifecycle(container)) v.forbidden('lifecycle', detail);
    if (isSet(container['livenessProbe'])) v.forbidden('livenessProbe', detail);
    if (isSet(container['readinessProbe'])) v.forbidden('readinessProbe', detail);
    if (isSet(container['startupProbe'])) v.forbidden('startupProbe', detail);
    if (v.minor >= INIT_RESIZE_RULE_SINCE && isSet(container['resizePolicy'])) {
      v.each('resizePolicy', container['resizePolicy'], validateInitResizePolicy);
    }
  }
}

function validateInitResizePolicy(v: Scope, policy: Fields): void {
  if (policy['restartPolicy'] !== 'RestartContainer') return;
  v.invalid('restartPolicy', 'RestartContainer', "must not be set to 'RestartContainer' for non-sidecar initContainers");
}

/** In the order of the Go type. */
const FORBIDDEN_IN_EPHEMERAL = ['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules'];
const FORBIDDEN_PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function validateEphemeralContainer(v: Scope, container: Fields, _index: number, state: EphemeralState): void {
  const { pod, names, others } = state;
  validateCommon(v, container, pod, 'ephemeralContainers');
  validateImagePadding(v, container);
  const name = textOf(container['name']);
  if (names.has(name)) v.duplicate('name', name);
  else names.add(name);
  const target = textOf(container['targetContainerName']);
  if (target !== '' && !others.has(target)) v.notFound('targetContainerName', target);
  const detail = 'cannot be set for an Ephemeral Container';
  for (const field of FORBIDDEN_IN_EPHEMERAL) {
    if (field === 'resizePolicy' && v.minor < RESIZE_SINCE) continue;
    // 1.34 drops the restart policy and its rules, since ContainerRestartRules is off there.
    if (field.startsWith('restartPolicy') && v.minor === 34) continue;
    const value = container[field];
    const set = field === 'resources' ? Object.keys(fieldsOf(value)).some((key) => isSet(fieldsOf(value)[key])) : isSet(value);
    if (set) v.forbidden(field, detail);
  }
  for (const field of FORBIDDEN_PROBES) if (isSet(container[field])) v.forbidden(field, detail);
  if (hasLifecycle(container)) v.forbidden('lifecycle', detail);
  const mounts = itemsOf(container['volumeMounts']);
  for (let i = 0; i < mounts.length; i++) {
    const mount = fieldsOf(mounts[i]);
    if (textOf(mount['subPath']) !== '') v.forbidden(['volumeMounts', i, 'subPath'], detail);
    if (textOf(mount['subPathExpr']) !== '') v.forbidden(['volumeMounts', i, 'subPathExpr'], detail);
  }
}

/** In a Pod, not in a template, an image name may not be padded. Mirrors validateContainerOnlyForPod. */
export function validateImagePadding(v: Scope, container: Fields): void {
  const image = textOf(container['image']);
  if (image !== image.trim()) v.invalid('image', image, 'must not have leading or trailing whitespace');
}
