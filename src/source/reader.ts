/** The only door to src/source/yaml: documents, and the places in them. */
export { lineColumn } from './lines.ts';
export { locate } from './yaml/locate.ts';
export { readDocuments } from './yaml/stream.ts';
