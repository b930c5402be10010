import type { SchemaNode } from '../api/schema.ts';
import { fieldPath, type Path } from '../source/path.ts';
import type { Cause } from './cause.ts';

/**
 * A cause with its field as the server names it by the schema: the keys of a map in brackets, those of an object behind dots.
 * So are named what CEL rules, list types and embedded resources refuse; plain validation against the schema knows dots only.
 */
export function namedBySchema(cause: Cause, node: SchemaNode): Cause {
  if (cause.field !== undefined || cause.path.length === 0) return cause;
  const field = nameBySchema(cause.path, node);
  return field === fieldPath(cause.path) ? cause : { ...cause, field };
}

function nameBySchema(path: Path, root: SchemaNode): string {
  let name = '';
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') {
      name += `[${step}]`;
      node = node?.items;
      continue;
    }
    const property: SchemaNode | undefined = node?.property(step);
    const values = property === undefined && typeof node?.additional === 'object' ? node.additional : undefined;
    name += values !== undefined ? `[${step}]` : name === '' ? step : `.${step}`;
    node = property ?? values;
  }
  return name;
}
