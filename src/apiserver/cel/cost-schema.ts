import type { SchemaNode } from '../../api/schema.ts';
import { withMeta } from './bind.ts';
import { escapeName } from './escape.ts';

/**
 * How much a schema lets in: the sizes that the cost of rules is estimated by. Mirrors SchemaDeclType of k8s.io/apiserver/pkg/cel/common/schemas.go
 * and DeclType of k8s.io/apiserver/pkg/cel/types.go.
 */
export interface Extent {
  /** The most characters, bytes, items or entries; none of what has no size. */
  readonly max: bigint;
  /** The fewest bytes that it takes in JSON. */
  readonly least: number;
  readonly key: Extent | undefined;
  /** Of a list or a map. */
  readonly element: Extent | undefined;
  /** Of an object: what is in a field, by its name in CEL. */
  readonly field: ((name: string) => Extent | undefined) | undefined;
}

/** celconfig.MaxRequestSizeBytes */
const REQUEST = 3 * 1024 * 1024;
/** maxDatetimeSizeJSON and MaxDurationSizeJSON */
const LONGEST_TIME = 32;
const DATE = 12;
const LEAST_DATE_TIME = 21;
const LEAST_DURATION = 3;
/** Schemas may be nested without end by aliases; what is deeper is not estimated. */
const DEEPEST = 60;

/** Something below is not known for certain. */
export class NotEstimated extends Error {}

/** The extent of a schema; undefined where expressions do not reach. Throws NotEstimated. */
export type Extents = (node: SchemaNode, root: boolean) => Extent | undefined;

/** Each schema is looked at once. @param minor the release's */
export function extentsOf(minor: number): Extents {
  const maker = new Maker(minor);
  return (node, root) => maker.extent(node, root, 0);
}

class Maker {
  readonly #minor: number;
  readonly #known = new Map<SchemaNode, Extent | undefined>();

  constructor(minor: number) {
    this.#minor = minor;
  }

  extent(node: SchemaNode, root: boolean, depth: number): Extent | undefined {
    if (depth > DEEPEST) throw new NotEstimated();
    const schema = root || node.embeddedResource ? withMeta(node) : node;
    if (this.#known.has(schema)) return this.#known.get(schema);
    const made = this.#make(schema, schema === node ? undefined : node, depth);
    this.#known.set(schema, made);
    return made;
  }

  /** @param bare the schema of a resource, of which `node` is made by adding what every resource has */
  #make(node: SchemaNode, bare: SchemaNode | undefined, depth: number): Extent | undefined {
    if (node.types.length === 2) {
      const bounded = this.#minor >= 34 && node.maxLength !== undefined;
      return plain(bounded ? whole(node.maxLength!) * 4n : BigInt(REQUEST - 2), 1);
    }
    switch (node.types[0]) {
      case 'array': {
        const items = node.items === undefined ? undefined : this.extent(node.items, false, depth + 1);
        if (items === undefined) return undefined;
        const max = node.maxItems === undefined ? quotient(REQUEST - 2, items.least + 1) : whole(node.maxItems);
        return { max, least: 2, key: undefined, element: items, field: undefined };
      }
      case 'object': {
        if (typeof node.additional !== 'object') return this.#object(node, bare, depth);
        const values = this.extent(node.additional, false, depth + 1);
        if (values === undefined) return undefined;
        const max = node.maxProperties === undefined ? quotient(REQUEST - 2, values.least + 6) : whole(node.maxProperties);
        return { max, least: 2, key: KEY, element: values, field: undefined };
      }
      case 'string':
        return textExtent(node);
      case 'boolean':
        return plain(0n, 4);
      case 'number':
      case 'integer':
        return plain(0n, 1);
      default:
        return undefined;
    }
  }

  #object(node: SchemaNode, bare: SchemaNode | undefined, depth: number): Extent {
    let least = 2;
    for (const name of new Set(node.required)) {
      const property = node.property(name);
      if (property === undefined || property.default !== undefined) continue;
      const extent = this.extent(property, false, depth + 1);
      if (extent !== undefined) least += byteLength(name) + extent.least + 4;
    }
    const names = new Map<string, string>();
    for (const name of node.propertyNames) {
      const escaped = escapeName(name);
      if (escaped !== undefined) names.set(escaped, name);
    }
    const field = (escaped: string): Extent | undefined => {
      const name = names.get(escaped);
      if (name === undefined) return undefined;
      if (name === 'metadata' && bare !== undefined) return this.#metadata(bare);
      return this.extent(node.property(name)!, false, depth + 1);
    };
    return { max: 0n, least, key: undefined, element: undefined, field };
  }

  /** Since 1.37 it counts that names are short. */
  #metadata(bare: SchemaNode): Extent {
    const own = bare.property('metadata');
    const longest = (name: string, limit: number): Extent => {
      if (this.#minor < 37) return plain(BigInt(REQUEST - 2), 2);
      const declared = own?.property(name)?.maxLength;
      return plain(whole(declared !== undefined && declared < limit ? declared : limit) * 4n, 2);
    };
    const fields = { name: longest('name', 253), generateName: longest('generateName', 252) };
    return {
      max: 0n,
      least: 2,
      key: undefined,
      element: undefined,
      field: (name) => (name === 'name' || name === 'generateName' ? fields[name] : undefined),
    };
  }
}

function plain(max: bigint, least: number): Extent {
  return { max, least, key: undefined, element: undefined, field: undefined };
}

/** The keys of a map count as if they had no length. */
const KEY = plain(0n, 2);

function textExtent(node: SchemaNode): Extent {
  const { format, maxLength } = node;
  switch (format) {
    case 'byte':
      return plain(maxLength === undefined ? BigInt(REQUEST - 2) : whole(maxLength), 2);
    case 'duration':
      return plain(BigInt(LONGEST_TIME), LEAST_DURATION);
    case 'date':
      return plain(BigInt(DATE), DATE);
    case 'date-time':
      return plain(BigInt(LONGEST_TIME), LEAST_DATE_TIME);
    default:
      if (maxLength !== undefined) return plain(whole(maxLength) * 4n, 2);
      if (node.enum === undefined) return plain(BigInt(REQUEST - 2), 2);
      return plain(
        BigInt(node.enum.reduce<number>((most, it) => (typeof it === 'string' ? Math.max(most, byteLength(it)) : most), 0)),
        2,
      );
  }
}

function quotient(total: number, part: number): bigint {
  return BigInt(Math.floor(total / part));
}

/** A bound as a whole number, nothing less than none. */
function whole(bound: number): bigint {
  if (!Number.isInteger(bound) || bound > 2 ** 60) throw new NotEstimated();
  return bound < 0 ? 0n : BigInt(bound);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
