import { isUtf8 } from 'node:buffer';
import { Fault } from './fault.ts';
import { floatKey, goSyntax } from './go.ts';
import type { Node } from './parser.ts';
import { ALIAS, MAPPING, SCALAR, SEQUENCE } from './parser.ts';
import { resolvePlain, resolveTagged, type ScalarTag } from './scalar.ts';
import { MAX_DEPTH } from './scanner.ts';

export type Value = unknown;
type Container = unknown[] | Record<string, unknown>;

/** A key that stands twice in one mapping, by its two nodes. */
export interface Duplicate {
  readonly path: readonly (string | number)[];
  readonly key: string;
  readonly first: Node;
  readonly second: Node;
}

/**
 * The value of a tree as kubectl sees it after the way through JSON: keys are strings, the last of equal keys wins,
 * merge keys are merged where they stand.
 *
 * Behaves as go.yaml.in/yaml/v2 decode.go and sigs.k8s.io/yaml's convertToJSONableObject. It keeps its own stack.
 * @throws Fault
 */
export function decode(root: Node): { value: Value; duplicates: Duplicate[] } {
  const decoder = new Decoder();
  const value = decoder.decode(root);
  return { value, duplicates: decoder.duplicates };
}

interface Frame {
  readonly node: Node;
  readonly target: Container;
  /** Index of the next child. */
  next: number;
  /** The key whose value is being decoded, or the index in a sequence. */
  key: string | number;
  /** Aliases followed to get here, left when the frame is done. */
  readonly aliases: readonly Node[];
  /** This collection stands where a key should. */
  readonly isKey: boolean;
  /** The mappings of `<<: [*a, *b]`, taken from the last to the first. */
  readonly merges: boolean;
  /** Merged into the mapping below: its keys are not in the path. */
  readonly merged: boolean;
  /** Keys that are written in this mapping, once one of them has come twice or a merge makes the target unreliable. */
  own: Map<string, Node> | undefined;
}

class Decoder {
  readonly duplicates: Duplicate[] = [];
  private readonly reported = new Set<Node>();
  private readonly stack: Frame[] = [];
  private readonly followed = new Set<Node>();
  private aliasDepth = 0;
  private decodeCount = 0;
  private aliasCount = 0;
  /** Faults that count only if what they concern is part of the result: a later key of the same name may replace it. */
  private readonly faults = new Map<Container, BadKey>();
  private infinite: Node | undefined;

  decode(root: Node): Value {
    const holder: unknown[] = [];
    this.into(root, holder, 0);
    while (this.stack.length > 0) this.step(this.stack[this.stack.length - 1]!);
    if (this.faults.size > 0 || this.infinite !== undefined) this.refuse(holder, this.infinite ?? root);
    return holder[0];
  }

  private step(frame: Frame): void {
    const { node, target } = frame;
    if (frame.merges) {
      if (frame.next < 0) this.leave();
      else this.merge(node.children[frame.next--]!, target as Record<string, unknown>, true);
      return;
    }
    if (frame.next >= node.children.length) {
      this.leave();
      return;
    }
    if (node.kind === SEQUENCE) {
      const index = frame.next++;
      frame.key = index;
      this.into(node.children[index]!, target, index);
      return;
    }
    const keyNode = node.children[frame.next]!;
    const valueNode = node.children[frame.next + 1]!;
    if (isMerge(keyNode)) {
      frame.next += 2;
      frame.own ??= this.keysBefore(frame);
      this.merge(valueNode, target as Record<string, unknown>, false);
      return;
    }
    const resolved = this.follow(keyNode, keyNode.kind === ALIAS ? [] : NO_ALIASES);
    if (resolved.node.kind !== SCALAR) {
      // Decoded for the message's sake, and for faults inside of it, which come first.
      this.push(resolved.node, resolved.node.kind === SEQUENCE ? [] : {}, resolved.aliases, true);
      return;
    }
    this.unfollow(resolved.aliases);
    const bad = badKey(resolved.node);
    frame.next += 2;
    if (bad !== undefined) {
      // Decoded all the same: it may hold other faults, and the message shows it.
      this.faults.set(target, bad);
      this.into(valueNode, bad.value, 0);
      return;
    }
    const key = keyText(resolved.node);
    frame.key = key;
    this.checkDuplicate(frame, key, keyNode, target);
    this.into(valueNode, target, key);
  }

  /** Decodes a node to where it belongs; a collection is only begun. */
  private into(node: Node, target: Container, key: string | number): void {
    const resolved = this.follow(node, node.kind === ALIAS ? [] : NO_ALIASES);
    if (resolved.node.kind === SCALAR) {
      const value = scalarValue(resolved.node);
      this.unfollow(resolved.aliases);
      if (typeof value === 'number' && !Number.isFinite(value)) this.infinite = resolved.node;
      set(target, key, value);
      return;
    }
    const made: Container = resolved.node.kind === SEQUENCE ? [] : {};
    set(target, key, made);
    this.push(resolved.node, made, resolved.aliases, false);
  }

  private push(node: Node, target: Container, aliases: readonly Node[], isKey: boolean, merges = false, merged = false): void {
    this.stack.push({
      node,
      target,
      next: merges ? node.children.length - 1 : 0,
      key: '',
      aliases,
      isKey,
      merges,
      merged,
      own: undefined,
    });
    if (this.stack.length > MAX_DEPTH) throw new Fault(`exceeded max depth of ${MAX_DEPTH}`, node.start, node.start + 1);
  }

  private leave(): void {
    const frame = this.stack.pop()!;
    this.unfollow(frame.aliases);
    if (frame.isKey)
      throw new Fault(
        `invalid map key: ${goSyntax(frame.target)}`,
        frame.node.start,
        Math.max(frame.node.end, frame.node.start + 1),
      );
  }

  private merge(node: Node, target: Record<string, unknown>, inSequence: boolean): void {
    const aimed = node.kind === ALIAS ? node.target! : node;
    if (aimed.kind === MAPPING) {
      const resolved = this.follow(node, node.kind === ALIAS ? [] : NO_ALIASES);
      this.push(resolved.node, target, resolved.aliases, false, false, true);
    } else if (node.kind === SEQUENCE && !inSequence) this.push(node, target, NO_ALIASES, false, true, true);
    else
      throw new Fault('map merge requires map or sequence of maps as the value', node.start, Math.max(node.end, node.start + 1));
  }

  /** Counts a step of decoding, and follows aliases to the node they mean. */
  private follow(node: Node, aliases: Node[]): { node: Node; aliases: readonly Node[] } {
    this.count(node);
    while (node.kind === ALIAS) {
      if (this.followed.has(node)) throw new Fault(`anchor '${node.value}' value contains itself`, node.start, node.end);
      this.followed.add(node);
      aliases.push(node);
      this.aliasDepth++;
      node = node.target!;
      this.count(node);
    }
    return { node, aliases };
  }

  private unfollow(aliases: readonly Node[]): void {
    for (const alias of aliases) {
      this.followed.delete(alias);
      this.aliasDepth--;
    }
  }

  /** The guard against documents that grow without end through aliases. */
  private count(node: Node): void {
    this.decodeCount++;
    if (this.aliasDepth > 0) this.aliasCount++;
    if (
      this.aliasCount > 100 &&
      this.decodeCount > 1000 &&
      this.aliasCount / this.decodeCount > allowedAliasRatio(this.decodeCount)
    ) {
      throw new Fault('document contains excessive aliasing', node.start, Math.max(node.end, node.start + 1));
    }
  }

  private checkDuplicate(frame: Frame, key: string, keyNode: Node, target: Container): void {
    if (frame.merged) return;
    if (frame.own === undefined) {
      if (!Object.hasOwn(target, key)) return;
      frame.own = this.keysBefore(frame, frame.next - 2);
    }
    const first = frame.own.get(key);
    frame.own.set(key, keyNode);
    if (first === undefined) return;
    if (this.reported.has(keyNode)) return;
    this.reported.add(keyNode);
    const path: (string | number)[] = [];
    for (const outer of this.stack) {
      if (outer === frame) break;
      if (!outer.merges && !outer.merged) path.push(outer.key);
    }
    this.duplicates.push({ path, key, first, second: keyNode });
  }

  /** The keys written in a mapping before one of its children: built once, when something makes them needed. */
  private keysBefore(frame: Frame, before: number = frame.next): Map<string, Node> {
    const keys = new Map<string, Node>();
    for (let i = 0; i < before; i += 2) {
      const node = frame.node.children[i]!;
      const scalar = node.kind === ALIAS ? aliased(node) : node;
      if (isMerge(node) || scalar.kind !== SCALAR) continue;
      const key = badKey(scalar) === undefined ? keyText(scalar) : undefined;
      if (key !== undefined && !keys.has(key)) keys.set(key, node);
    }
    return keys;
  }

  /** Looks for the faults in what has become the result. */
  private refuse(holder: unknown[], infinite: Node): void {
    const pending: unknown[] = [holder];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value === 'number' && !Number.isFinite(value)) {
        const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
        throw new Fault(`json: unsupported value: ${name}`, infinite.start, infinite.end);
      }
      if (typeof value !== 'object' || value === null) continue;
      const bad = this.faults.get(value as Container);
      if (bad !== undefined) {
        const shown = bad.value[0] === null ? '<nil>' : goSyntax(bad.value[0]);
        const { start, end } = bad.node;
        throw new Fault(`unsupported map key of type: ${bad.type}, value: ${shown}`, start, Math.max(end, start + 1));
      }
      for (const inner of Object.values(value)) pending.push(inner);
    }
  }
}

const NO_ALIASES: Node[] = [];

/** A scalar as a key: what is no string is written as Go writes it. */
export function keyText(node: Node): string {
  const value = scalarValue(node);
  return typeof value === 'number' && isFloat(node) ? floatKey(value) : String(value);
}

function aliased(node: Node): Node {
  while (node.kind === ALIAS) node = node.target!;
  return node;
}

/** A key that JSON cannot have, and what it was to be the key of. */
interface BadKey {
  readonly type: string;
  readonly node: Node;
  readonly value: unknown[];
}

function badKey(node: Node): BadKey | undefined {
  const value = scalarValue(node);
  if (value === null) return { type: '%!s(<nil>), key: <nil>', node, value: [] };
  if (typeof value === 'bigint' && value >= 2n ** 63n) return { type: `uint64, key: 0x${value.toString(16)}`, node, value: [] };
  return undefined;
}

export function isMerge(node: Node): boolean {
  return node.kind === SCALAR && node.value === '<<' && (node.implicit || node.tag === `${YAML}merge`);
}

/** Sets an element or an own property, whatever its name. */
function set(target: Container, key: string | number, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string | number, unknown>)[key] = value;
}

const YAML = 'tag:yaml.org,2002:';
const TYPED = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp']);

function scalarValue(node: Node): string | boolean | null | number | bigint {
  const tag = node.tag;
  if (tag === '') return node.implicit ? resolvePlain(node.value) : node.value;
  if (!tag.startsWith(YAML)) return node.value;
  const name = tag.slice(YAML.length);
  if (name === 'binary') return binary(node);
  if (!TYPED.has(name)) return node.value;
  const { value, found } = resolveTagged(`!!${name}` as ScalarTag, node.value);
  if (value === undefined) {
    throw new Fault(`cannot decode ${found} \`${node.value}\` as a !!${name}`, node.start, Math.max(node.end, node.start + 1));
  }
  return value;
}

/** Whether Go holds the scalar's number as a float64, which is another key than the int. */
function isFloat(node: Node): boolean {
  if (node.tag === `${YAML}float`) return true;
  return resolveTagged('!!int', node.value).value === undefined;
}

/** Base64 as Go's strict decoder takes it; the bytes as text, as JSON will have it. */
function binary(node: Node): string {
  const text = node.value.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new Fault('!!binary value contains invalid base64 data', node.start, Math.max(node.end, node.start + 1));
  }
  return utf8(Buffer.from(text, 'base64'));
}

/** Every byte that is no part of a UTF-8 sequence becomes one U+FFFD. */
function utf8(bytes: Buffer): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const b = bytes[i]!;
    const width = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : (b & 0xf0) === 0xe0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    const sequence = bytes.subarray(i, i + width);
    const sound = width > 0 && sequence.length === width && isUtf8(sequence);
    out += sound ? sequence.toString() : '\ufffd';
    i += sound ? width : 1;
  }
  return out;
}

/** For small documents 99 % of the steps may come from aliases, for large ones 10 %, with a slope between. */
function allowedAliasRatio(steps: number): number {
  if (steps <= 400_000) return 0.99;
  if (steps >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((steps - 400_000) / 3_600_000);
}
