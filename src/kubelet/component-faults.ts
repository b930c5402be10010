import { parseImage } from '../api/image-reference.ts';
import { asString } from '../api/manifest.ts';
import type { Path } from '../source/path.ts';
import {
  type CommandLineFault,
  type Component,
  componentCommand,
  unknownAdmissionPlugins,
  unknownFeatureGates,
  unknownFlags,
} from './component-flags.ts';

/** Something on the command line of a Kubernetes component that its release does not take. */
export interface ComponentFault extends CommandLineFault {
  readonly component: Component;
  /** The release it is judged by, `1.34`. */
  readonly release: string;
  /** What is not taken: `--network-plugin`, `feature gate X`, `admission plugin X`. */
  readonly what: string;
  /** A known name that differs by a slip. */
  readonly near?: string;
  /** Of the argument, relative to the container. */
  readonly path: Path;
  /** The argument is the flag and its value, so that it can be taken out alone. */
  readonly alone: boolean;
  /**
   * `certain`: the image is the component's own, of that release. `likely`: the release is that of the cluster, or the image may
   * be somebody's build with flags of its own.
   */
  readonly certainty: 'certain' | 'likely';
}

/**
 * What a container that runs a Kubernetes component is started with and the component refuses. It is judged by the release of the
 * image's tag, or by `minor`, the cluster's.
 */
export function componentFaults(container: unknown, minor: number): ComponentFault[] {
  const command = componentCommand(container);
  if (command === undefined) return [];
  const { component, argv, paths } = command;
  const release = command.minor ?? minor;
  const own = command.minor !== undefined && isOwnImage(container, component);
  return argumentFaults(component, argv, paths, release)
    .filter((fault) => own || isKnown(fault))
    .map((fault) => ({ ...fault, certainty: own ? 'certain' : 'likely' }));
}

/** Builds of others have flags, gates and plugins that no release ever had. */
function isKnown({ near, removedIn, says, since }: CommandLineFault & { readonly near?: string }): boolean {
  return removedIn !== undefined || since !== undefined || near !== undefined || says.startsWith('cannot set');
}

/** What a release of a component refuses of its arguments; `paths` has the place of each. */
export function argumentFaults(
  component: Component,
  argv: readonly string[],
  paths: readonly Path[],
  release: number,
): Omit<ComponentFault, 'certainty'>[] {
  const faults: Omit<ComponentFault, 'certainty'>[] = [];
  const add = (fault: CommandLineFault, what: string, near: string | undefined): void => {
    const path = paths[fault.index];
    const alone = (argv[fault.index] ?? '').includes('=');
    if (path !== undefined) faults.push({ ...fault, component, release: `1.${release}`, what, near, path, alone });
  };
  for (const fault of unknownFlags(component, argv, release)) add(fault, `--${fault.flag}`, fault.near && `--${fault.near}`);
  for (const fault of unknownFeatureGates(component, argv, release)) add(fault, `feature gate ${fault.gate}`, fault.near);
  if (component === 'kube-apiserver')
    for (const fault of unknownAdmissionPlugins(argv, release)) add(fault, `admission plugin ${fault.plugin}`, undefined);
  return faults;
}

/** An image that is named after the component, or after what held all of them, with the tag of a release and not of a vendor's build. */
function isOwnImage(container: unknown, component: Component): boolean {
  const image = parseImage(asString((container as { image?: unknown } | null)?.image) ?? '');
  if ('error' in image || !/^v?1\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?$/.test(image.tag ?? '')) return false;
  const last = image.repository.slice(image.repository.lastIndexOf('/') + 1).replace(/-(?:amd64|arm64|arm|ppc64le|s390x)$/, '');
  return last === component || last === 'hyperkube';
}
