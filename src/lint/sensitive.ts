import { asObject, isObject } from '../api/manifest.ts';
import { manifestsIn } from '../cluster/unwrap.ts';
import type { Report } from '../report/types.ts';
import type { SourceDocument } from '../source/document.ts';
import { documentsByLine, LAST_APPLIED, secretAt } from './secrets.ts';

/**
 * Which lines may hold a secret value: all of a document with a Secret in it, or with what a broken document may have meant as one, and all of
 * one that carries a last-applied annotation; and the secret texts of every other document. Asked only when a line is about to be printed.
 */
export function hiding(documents: ReadonlyMap<string, readonly SourceDocument[]>): Pick<Report, 'sensitive' | 'secretAt'> {
  const documentAt = documentsByLine(documents);
  const known = new Map<SourceDocument, boolean>();
  return {
    sensitive: (file, line) => {
      const document = documentAt(file, line);
      if (document === undefined) return false;
      let sensitive = known.get(document);
      if (sensitive === undefined) {
        sensitive = holdsSecret(document);
        known.set(document, sensitive);
      }
      return sensitive;
    },
    secretAt: (file, line, text) => {
      const document = documentAt(file, line);
      return document && secretAt(document, text);
    },
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
