import { asString, isObject, type JsonObject } from '../api/manifest.ts';
import type { SourceDocument } from '../source/document.ts';
import { KeptDocument } from '../source/kept.ts';
import type { Path } from '../source/path.ts';
import { KeptManifest } from './kept.ts';

/** One object as a document holds it, before anything is known of its kind. */
export interface Manifest {
  readonly document: SourceDocument;
  /** `[]`, or `['items', 3]` in a List. */
  readonly base: Path;
  readonly value: JsonObject;
  readonly apiVersion: string;
  readonly kind: string;
}

/** Depth to which Lists in Lists are taken apart, as kubectl's visitor does without a limit. */
const DEPTH = 8;

const known = new WeakMap<SourceDocument, readonly Manifest[]>();

/**
 * The objects of a document, the same each time, Lists taken apart as kubectl does. What has no apiVersion and kind is left out: it is not
 * an object.
 */
export function manifestsIn(document: SourceDocument): readonly Manifest[] {
  if (document instanceof KeptDocument) return manifestsOfKept(document);
  let found = known.get(document);
  if (found === undefined) known.set(document, (found = collected(document)));
  return found;
}

/** One by itself needs no list. */
function manifestsOfKept(document: KeptDocument): readonly Manifest[] {
  const { made } = document;
  if (made instanceof KeptManifest) return [made];
  if (made !== undefined) return made as readonly Manifest[];
  const found = collected(document);
  document.made = found.length === 1 ? found[0] : found.length === 0 ? NONE : found;
  return found;
}

const NONE: readonly Manifest[] = [];
/** Of all documents that hold one object. */
const ROOT: Path = [];

function collected(document: SourceDocument): readonly Manifest[] {
  const found: Manifest[] = [];
  collect(document, document.value, ROOT, found, 0);
  return found;
}

function collect(document: SourceDocument, value: unknown, base: Path, found: Manifest[], depth: number): void {
  if (!isObject(value)) return;
  const apiVersion = asString(value['apiVersion']);
  const kind = asString(value['kind']);
  if (apiVersion === undefined || kind === undefined || apiVersion === '' || kind === '') return;
  // A kind that ends in List and has items is a list, whatever its group (k8s.io/apimachinery/pkg/api/meta.IsListType).
  if (kind.endsWith('List') && Array.isArray(value['items']) && depth < DEPTH) {
    const items = value['items'] as unknown[];
    for (let i = 0; i < items.length; i++) collect(document, items[i], [...base, 'items', i], found, depth + 1);
    return;
  }
  found.push(
    document instanceof KeptDocument
      ? new KeptManifest(document, base, apiVersion, kind)
      : { document, base, value, apiVersion, kind },
  );
}
