import { asObject, asString, at, isObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { readDocuments } from '../source/reader.ts';
import type { ComponentFault } from './component-faults.ts';
import { argumentFaults } from './component-faults.ts';
import { type Component, gateFault } from './component-flags.ts';

/** Something in a component's configuration that its release does not take. */
export type ConfigurationFault = Omit<ComponentFault, 'alone' | 'index'>;

/** Kinds with a `featureGates` map, and the component that reads it. */
const CONFIGURATIONS: Readonly<Record<string, Component>> = {
  KubeletConfiguration: 'kubelet',
  KubeProxyConfiguration: 'kube-proxy',
};

/** Parts of kubeadm's ClusterConfiguration with `extraArgs`. */
const PARTS: readonly (readonly [field: string, component: Component])[] = [
  ['apiServer', 'kube-apiserver'],
  ['controllerManager', 'kube-controller-manager'],
  ['scheduler', 'kube-scheduler'],
];

/**
 * What the configuration of a component, or kubeadm's, asks for and the release refuses: feature gates and extra arguments. It is
 * judged by `kubernetesVersion`, or by `minor`, the cluster's. Paths are relative to the document.
 */
export function configurationFaults(document: unknown, minor: number): ConfigurationFault[] {
  const value = asObject(document);
  const kind = asString(value?.['kind']) ?? '';
  if (value === undefined) return [];
  const faults: ConfigurationFault[] = [];
  if (Object.hasOwn(CONFIGURATIONS, kind)) {
    const gates = asObject(value['featureGates']) ?? {};
    for (const gate of Object.keys(gates).slice(0, 1_000)) {
      const set = gates[gate];
      const fault = gateFault(gate, typeof set === 'boolean' ? set : undefined, minor, faults.length < 32);
      // A gate that no release had may be a vendor's.
      if (fault === undefined || (fault.removedIn === undefined && fault.near === undefined && !fault.says.startsWith('cannot')))
        continue;
      const component = CONFIGURATIONS[kind]!;
      const path: Path = ['featureGates', gate];
      faults.push({ ...fault, component, release: `1.${minor}`, what: `feature gate ${gate}`, path, certainty: 'likely' });
    }
  } else if (kind === 'ClusterConfiguration') {
    const version = /^v?1\.(\d{1,2})\.\d+$/.exec(asString(value['kubernetesVersion']) ?? '')?.[1];
    const release = version === undefined ? minor : Number(version);
    for (const [field, component] of PARTS) {
      const base: Path = [field, 'extraArgs'];
      for (const { index, ...fault } of argumentFaults(component, ...argumentsIn(at(value, base), base), release))
        faults.push({ ...fault, certainty: version === undefined ? 'likely' : 'certain' });
    }
  }
  return faults;
}

/** `extraArgs`: a mapping up to v1beta3, a list of names and values since. */
function argumentsIn(extra: unknown, base: Path): [argv: string[], paths: Path[]] {
  const argv: string[] = [];
  const paths: Path[] = [];
  const add = (name: unknown, value: unknown, path: Path): void => {
    if (typeof name !== 'string' || name === '' || isUnknown(name)) return;
    argv.push(`--${name}=${typeof value === 'string' ? value : String(value ?? '')}`);
    paths.push(path);
  };
  if (Array.isArray(extra))
    for (const [entry, index] of objectsOf(extra)) add(entry['name'], entry['value'], [...base, index, 'name']);
  else if (isObject(extra)) for (const name of Object.keys(extra)) add(name, extra[name], [...base, name]);
  return [argv, paths];
}

const LONGEST = 1_000_000;
const CONFIGURATION = /\bkind: *["']?(?:ClusterConfiguration|KubeletConfiguration|KubeProxyConfiguration)\b/;

/** The same for the texts of a ConfigMap, as kubeadm writes them. Paths are those of the texts. */
export function configMapFaults(configMap: unknown, minor: number): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const data = asObject(asObject(configMap)?.['data']) ?? {};
  for (const key of Object.keys(data)) {
    const text = data[key];
    if (typeof text !== 'string' || text.length > LONGEST || !CONFIGURATION.test(text) || isUnknown(text)) continue;
    for (const { value } of readDocuments({ path: '', text }))
      for (const fault of configurationFaults(value, minor)) faults.push({ ...fault, path: ['data', key] });
  }
  return faults;
}
