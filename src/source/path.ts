/**
 * A path into a document: object keys and array indices, outermost first.
 * Never a dotted string, since keys hold dots (`metadata.labels["app.kubernetes.io/name"]`).
 */
export type Path = readonly (string | number)[];

/**
 * A path as the API server writes it: `spec.containers[0].ports[1].name`, `metadata.annotations[example.com/x]`.
 * Keys of string maps stand in brackets; which segments those are is known only from the schema, so a key is
 * bracketed when it is not a plain field name (a letter, then letters, digits, `$`, `-`, `_`) or when `mapKeys` says so.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/validation/field/path.go.
 */
export function fieldPath(path: Path): string {
  let out = '';
  let parent: string | number = '';
  for (const segment of path) {
    if (typeof segment === 'number') out += `[${segment}]`;
    else if (STRING_MAPS.has(String(parent)) || !/^[A-Za-z$_][\w$-]*$/.test(segment)) out += `[${segment}]`;
    else out += out === '' ? segment : `.${segment}`;
    parent = segment;
  }
  return out;
}

const STRING_MAPS = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'stringData',
  'binaryData',
  'limits',
  'requests',
  'hard',
  'used',
  'capacity',
  'allocatable',
  'parameters',
  'volumeAttributes',
  'overhead',
  'default',
  'defaultRequest',
  'max',
  'min',
  'maxLimitRequestRatio',
]);
