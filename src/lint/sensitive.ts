import { asObject, isObject } from '../api/manifest.ts';
import { manifestsIn } from '../cluster/unwrap.ts';
import type { SourceDocument } from '../source/document.ts';
import { lineColumn } from '../source/reader.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Which lines may hold a secret value: all of a document with a Secret in it, or with what a broken document may have meant as one, and all of one that
 * carries a last-applied annotation. Asked only when a line is about to be printed.
 */
export function sensitiveLines(
  documents: ReadonlyMap<string, readonly SourceDocument[]>,
): (file: string, line: number) => boolean {
  const known = new Map<string, readonly (readonly [number, number])[]>();
  return (file, line) => {
    let ranges = known.get(file);
    if (ranges === undefined) {
      ranges = (documents.get(file) ?? [])
        .filter(holdsSecret)
        .map(({ file: source, range }) => [lineColumn(source, range.start).line, lineColumn(source, range.end).line] as const);
      known.set(file, ranges);
    }
    return ranges.some(([first, last]) => line >= first && line <= last);
  };
}

function holdsSecret(document: SourceDocument): boolean {
  if (!isObject(document.value)) return /secret/i.test(document.file.text.slice(document.range.start, document.range.end));
  const objects = manifestsIn(document);
  const values = objects.length === 0 ? [document.value] : objects.map((object) => object.value);
  return values.some((value) => {
    const annotations = asObject(asObject(value['metadata'])?.['annotations']);
    return (
      /secret/i.test(String(value['kind'])) ||
      value['stringData'] != null ||
      (annotations !== undefined && LAST_APPLIED in annotations)
    );
  });
}
