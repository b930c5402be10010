import { canonicalName, type ImageReference } from '../api/image-reference.ts';
import { asArray, asObject, asString } from '../api/manifest.ts';

/** A registry that the nodes cannot reach, as the configuration says. */
export interface UnreachableRegistry {
  /** A host with or without a path, `*.` in front for all below it: `gcr.io`, `gcr.io/acme`, `*.pkg.dev`. */
  readonly registry: string;
  /** What takes its place in front of the repository: `mirror.example.com/gcr`. */
  readonly mirror?: string;
}

/** Reads `unreachable: [{registry, mirror}]` of a rule's options; a plain text is a registry without mirror. What is neither is left out. */
export function unreachableOf(options: Readonly<Record<string, unknown>>): readonly UnreachableRegistry[] {
  const found: UnreachableRegistry[] = [];
  for (const entry of asArray(options['unreachable'])) {
    const registry = plain(asString(entry) ?? asString(asObject(entry)?.['registry']));
    if (registry !== undefined) found.push({ registry, mirror: plain(asString(asObject(entry)?.['mirror'])) });
  }
  return found;
}

function plain(text: string | undefined): string | undefined {
  const bare = text
    ?.trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/+\*?$/, '');
  return bare === '' ? undefined : bare;
}

/** The entry that an image falls under, the longest one, with the name to pull instead where there is a mirror. */
export function unreachable(
  image: ImageReference,
  registries: readonly UnreachableRegistry[],
): { readonly entry: UnreachableRegistry; readonly instead?: string } | undefined {
  const name = canonicalName(image);
  let best: { entry: UnreachableRegistry; rest: string } | undefined;
  for (const entry of registries) {
    // A mirror below the registry itself is another place of it, and reachable.
    if (entry.mirror !== undefined && (name === entry.mirror || name.startsWith(`${entry.mirror}/`))) return undefined;
    const rest = restOf(entry.registry, name);
    if (rest !== undefined && (best === undefined || entry.registry.length > best.entry.registry.length)) best = { entry, rest };
  }
  if (best === undefined) return undefined;
  const { entry, rest } = best;
  return entry.mirror === undefined ? { entry } : { entry, instead: rest === '' ? entry.mirror : `${entry.mirror}/${rest}` };
}

/** What of the name lies below the registry. */
function restOf(registry: string, name: string): string | undefined {
  if (registry.startsWith('*.')) {
    const slash = name.indexOf('/');
    return slash > 0 && name.slice(0, slash).endsWith(registry.slice(1)) ? name.slice(slash + 1) : undefined;
  }
  if (name === registry) return '';
  return name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : undefined;
}
