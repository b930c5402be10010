import { classify, type DocumentClass, JSON_PATCH } from './classify.ts';
import type { SourceDocument } from './document.ts';

/** A file that was read and parsed. */
export interface ParsedFile {
  readonly path: string;
  /** Index into the roots of the inputs; -1 for a file that no argument stands for. */
  readonly root: number;
  readonly documents: readonly SourceDocument[];
  /** One for each document. */
  readonly classes: readonly DocumentClass[];
  /** Set when the text is no YAML before it is filled in: where the first mark stands. */
  readonly template?: { readonly offset: number };
}

/**
 * What a file is in its set. Only `resource` and `crd` are to be judged as objects. `config` is read by a tool (kustomization.yaml, a
 * generator's file) or is for another program; `template` and `values` belong to a chart, or are a text to be filled in.
 */
export type FileRole = 'resource' | 'patch' | 'config' | 'template' | 'values' | 'crd';

export function parsedFile(
  path: string,
  root: number,
  documents: readonly SourceDocument[],
  template?: { readonly offset: number },
  named = true,
): ParsedFile {
  const classes = documents.map((it) => (named || !isOtherText(it) ? classify(it.value, path) : OTHER));
  return template === undefined ? { path, root, documents, classes } : { path, root, documents, classes, template };
}

/** A text that is no YAML and that nothing says is a manifest: a tsconfig.json with comments, a file with another program's tags. */
export const OTHER: DocumentClass = { what: 'foreign', as: 'no YAML' };

function isOtherText({ error, file, range }: SourceDocument): boolean {
  if (error === undefined) return false;
  return !/\b(?:apiVersion|kind|metadata)\b/.test(file.text.slice(range.start, range.end));
}

/** Whether there is anything in the file to be judged as an object, or that was meant as one. */
export function hasObjects(file: ParsedFile): boolean {
  return file.classes.some((it) => it.what === 'object' || it.what === 'list' || it.what === 'almost');
}

/** Whether a file may hold objects that nobody could read out of it. */
export function isOpen(file: ParsedFile): boolean {
  return file.template !== undefined || file.classes.some((it) => it.what === 'unread');
}

/** What a file is when no kustomization and no chart says so. One without any content is a resource file, if an empty one. */
export function ownRole(file: ParsedFile): FileRole {
  if (file.template !== undefined) return 'template';
  if (hasObjects(file)) return 'resource';
  if (file.classes.some((it) => it.what === 'foreign' && it.as === JSON_PATCH)) return 'patch';
  return file.classes.every((it) => it.what === 'unread' || it.what === 'empty') ? 'resource' : 'config';
}
