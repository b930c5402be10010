import { NEWEST, type Release } from '../../src/api/kinds.ts';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { KubeObject, Origin } from '../../src/cluster/object.ts';
import { manifestsIn } from '../../src/cluster/unwrap.ts';
import { objectOf } from '../../src/lint/objects.ts';
import { readDocuments } from '../../src/source/reader.ts';

export interface ClusterTexts {
  /** Objects that exist already; an empty text closes the world, too. */
  readonly facts?: string;
  readonly release?: Release;
}

/** The cluster of one set that is given as text, in namespace default where none is named. */
export function clusterOf(text: string, { facts, release = NEWEST }: ClusterTexts = {}): Cluster {
  const objects = [...objectsIn(text, 'set', release), ...objectsIn(facts ?? '', 'fact', release)];
  return new Cluster(objects, { release, closed: facts !== undefined });
}

function objectsIn(text: string, origin: Origin, release: Release): KubeObject[] {
  return readDocuments({ path: `${origin}.yaml`, text }).flatMap((document) =>
    manifestsIn(document).map(
      (manifest) => objectOf(manifest, origin, { release, customs: new Map(), namespace: 'default' }).object,
    ),
  );
}
