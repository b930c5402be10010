import { Fault } from './fault.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './tokens.ts';
import * as T from './tokens.ts';

export const SCALAR = 0;
export const SEQUENCE = 1;
export const MAPPING = 2;
export const ALIAS = 3;

/** A node of a document's tree, before types are resolved. Offsets are those of the text that was scanned. */
export interface Node {
  readonly kind: number;
  /** Of the scalar or alias itself, without properties; of a collection from its first token on. */
  readonly start: number;
  end: number;
  /** A flow collection, and one that begins and ends on one line. */
  readonly flow: boolean;
  oneLine: boolean;
  /** As written out in full: `tag:yaml.org,2002:str`; only scalars have one, since kubectl's reader forgets the others. */
  readonly tag: string;
  readonly value: string;
  /** A scalar whose type its text decides. */
  readonly implicit: boolean;
  /** Elements, or keys and values in turn. */
  readonly children: Node[];
  readonly target: Node | undefined;
}

const NONE: Node[] = [];

const BLOCK_NODE = 0;
const DOCUMENT_CONTENT = 1;
const DOCUMENT_END = 2;
const BLOCK_SEQUENCE_ENTRY = 3;
const INDENTLESS_SEQUENCE_ENTRY = 4;
const BLOCK_MAPPING_KEY = 5;
const BLOCK_MAPPING_VALUE = 6;
const FLOW_SEQUENCE_FIRST = 7;
const FLOW_SEQUENCE_ENTRY = 8;
const FLOW_PAIR_KEY = 9;
const FLOW_PAIR_VALUE = 10;
const FLOW_PAIR_END = 11;
const FLOW_MAPPING_FIRST = 12;
const FLOW_MAPPING_KEY = 13;
const FLOW_MAPPING_VALUE = 14;
const FLOW_MAPPING_EMPTY_VALUE = 15;

/**
 * The tree of the first document in a text, undefined if there is none. Whatever follows that document
 * (behind `...`, or behind a root that is complete) is not looked at, as kubectl's reader does not.
 *
 * Behaves as go.yaml.in/yaml/v2 parserc.go and the tree builder of decode.go, but keeps its own stack: input depth costs no calls.
 * @throws Fault
 */
export function parseDocument(text: string): Node | undefined {
  return new Parser(new Scanner(text)).document();
}

class Parser {
  private readonly scanner: Scanner;
  private state = BLOCK_NODE;
  private readonly states: number[] = [];
  private readonly open: Node[] = [];
  /** On which lines the open flow collections begin. */
  private readonly lines: number[] = [];
  private root: Node | undefined;
  private readonly anchors = new Map<string, Node>();
  private readonly tagPrefixes = new Map<string, string>();

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  document(): Node | undefined {
    const first = this.scanner.peek();
    if (first.type === T.STREAM_END) return undefined;
    const explicit = first.type === T.VERSION_DIRECTIVE || first.type === T.TAG_DIRECTIVE || first.type === T.DOCUMENT_START;
    if (explicit) {
      this.directives();
      const token = this.scanner.peek();
      if (token.type !== T.DOCUMENT_START) this.fail('did not find expected <document start>', token);
      this.scanner.skip();
    }
    if (!this.tagPrefixes.has('!')) this.tagPrefixes.set('!', '!');
    if (!this.tagPrefixes.has('!!')) this.tagPrefixes.set('!!', 'tag:yaml.org,2002:');
    this.states.push(DOCUMENT_END);
    this.state = explicit ? DOCUMENT_CONTENT : BLOCK_NODE;
    while (this.state !== DOCUMENT_END) this.step();
    // One more token has to be sound; what comes after that is never read.
    this.scanner.peek();
    return this.root;
  }

  private directives(): void {
    let version = false;
    for (let token = this.scanner.peek(); ; token = this.scanner.peek()) {
      if (token.type === T.VERSION_DIRECTIVE) {
        if (version) this.fail('found duplicate %YAML directive', token);
        if (token.suffix !== '1.1') this.fail('found incompatible YAML document', token);
        version = true;
      } else if (token.type === T.TAG_DIRECTIVE) {
        if (this.tagPrefixes.has(token.value)) this.fail('found duplicate %TAG directive', token);
        this.tagPrefixes.set(token.value, token.suffix);
      } else return;
      this.scanner.skip();
    }
  }

  /** A fault of the parser: kubectl names the line before the one it means, and none for the first two. */
  private fail(problem: string, token: Token): never {
    throw new Fault(
      token.line === 0 ? problem : `line ${token.line}: ${problem}`,
      token.start,
      Math.max(token.end, token.start + 1),
    );
  }

  private step(): void {
    const token = this.scanner.peek();
    const type = token.type;
    switch (this.state) {
      case DOCUMENT_CONTENT:
        if (type <= T.DOCUMENT_END) {
          this.empty(token.start);
          return;
        }
        this.node(token, true, false);
        return;
      case BLOCK_NODE:
        this.node(token, true, false);
        return;
      case BLOCK_SEQUENCE_ENTRY:
        if (type === T.BLOCK_ENTRY) {
          this.sequenceEntry(token, BLOCK_SEQUENCE_ENTRY, false);
          return;
        }
        if (type !== T.BLOCK_END) this.fail("did not find expected '-' indicator", token);
        this.scanner.skip();
        this.close(token);
        return;
      case INDENTLESS_SEQUENCE_ENTRY:
        if (type === T.BLOCK_ENTRY) {
          this.sequenceEntry(token, INDENTLESS_SEQUENCE_ENTRY, true);
          return;
        }
        this.close(token);
        return;
      case BLOCK_MAPPING_KEY:
        if (type === T.KEY) {
          this.scanner.skip();
          this.blockPart(token, BLOCK_MAPPING_VALUE);
          return;
        }
        if (type !== T.BLOCK_END) this.fail('did not find expected key', token);
        this.scanner.skip();
        this.close(token);
        return;
      case BLOCK_MAPPING_VALUE:
        if (type !== T.VALUE) {
          this.states.push(BLOCK_MAPPING_KEY);
          this.empty(token.start);
          return;
        }
        this.scanner.skip();
        this.blockPart(token, BLOCK_MAPPING_KEY);
        return;
      case FLOW_SEQUENCE_FIRST:
      case FLOW_SEQUENCE_ENTRY:
        this.flowSequenceEntry(token, this.state === FLOW_SEQUENCE_FIRST);
        return;
      case FLOW_PAIR_KEY:
        this.states.push(FLOW_PAIR_VALUE);
        if (type === T.VALUE || type === T.FLOW_ENTRY || type === T.FLOW_SEQUENCE_END) {
          // The token that ends an empty key is lost: kubectl's reader takes the one behind it for the value.
          this.scanner.skip();
          this.empty(token.end);
          return;
        }
        this.node(token, false, false);
        return;
      case FLOW_PAIR_VALUE:
        this.flowValue(token, FLOW_PAIR_END, T.FLOW_SEQUENCE_END);
        return;
      case FLOW_PAIR_END:
        this.close(token, FLOW_SEQUENCE_ENTRY);
        return;
      case FLOW_MAPPING_FIRST:
      case FLOW_MAPPING_KEY:
        this.flowMappingKey(token, this.state === FLOW_MAPPING_FIRST);
        return;
      case FLOW_MAPPING_VALUE:
        this.flowValue(token, FLOW_MAPPING_KEY, T.FLOW_MAPPING_END);
        return;
      case FLOW_MAPPING_EMPTY_VALUE:
        this.states.push(FLOW_MAPPING_KEY);
        this.empty(token.start);
        return;
    }
  }

  private sequenceEntry(entry: Token, state: number, indentless: boolean): void {
    this.scanner.skip();
    this.states.push(state);
    const token = this.scanner.peek();
    const type = token.type;
    if (type === T.BLOCK_ENTRY || type === T.BLOCK_END || (indentless && (type === T.KEY || type === T.VALUE))) {
      // The dash itself is the place of an element that is nothing.
      this.empty(entry.start);
      return;
    }
    this.node(token, true, false);
  }

  /** A key or a value of a block mapping, or nothing. */
  private blockPart(mark: Token, state: number): void {
    this.states.push(state);
    const token = this.scanner.peek();
    const type = token.type;
    if (type === T.KEY || type === T.VALUE || type === T.BLOCK_END) {
      this.empty(mark.end);
      return;
    }
    this.node(token, true, true);
  }

  private flowSequenceEntry(first: Token, isFirst: boolean): void {
    let token = first;
    if (token.type !== T.FLOW_SEQUENCE_END) {
      if (!isFirst) {
        if (token.type !== T.FLOW_ENTRY) this.fail("did not find expected ',' or ']'", token);
        this.scanner.skip();
        token = this.scanner.peek();
      }
      if (token.type === T.KEY) {
        this.scanner.skip();
        this.begin(MAPPING, token, true, undefined);
        this.state = FLOW_PAIR_KEY;
        return;
      }
      if (token.type !== T.FLOW_SEQUENCE_END) {
        this.states.push(FLOW_SEQUENCE_ENTRY);
        this.node(token, false, false);
        return;
      }
    }
    this.scanner.skip();
    this.close(token);
  }

  private flowMappingKey(first: Token, isFirst: boolean): void {
    let token = first;
    if (token.type !== T.FLOW_MAPPING_END) {
      if (!isFirst) {
        if (token.type !== T.FLOW_ENTRY) this.fail("did not find expected ',' or '}'", token);
        this.scanner.skip();
        token = this.scanner.peek();
      }
      if (token.type === T.KEY) {
        this.scanner.skip();
        token = this.scanner.peek();
        this.states.push(FLOW_MAPPING_VALUE);
        const type = token.type;
        if (type === T.VALUE || type === T.FLOW_ENTRY || type === T.FLOW_MAPPING_END) {
          this.empty(token.start);
          return;
        }
        this.node(token, false, false);
        return;
      }
      if (token.type !== T.FLOW_MAPPING_END) {
        this.states.push(FLOW_MAPPING_EMPTY_VALUE);
        this.node(token, false, false);
        return;
      }
    }
    this.scanner.skip();
    this.close(token);
  }

  private flowValue(first: Token, state: number, close: number): void {
    let token = first;
    this.states.push(state);
    if (token.type === T.VALUE) {
      this.scanner.skip();
      token = this.scanner.peek();
      if (token.type !== T.FLOW_ENTRY && token.type !== close) {
        this.node(token, false, false);
        return;
      }
    }
    this.empty(token.start);
  }

  private node(first: Token, block: boolean, indentless: boolean): void {
    let token = first;
    if (token.type === T.ALIAS) {
      this.scanner.skip();
      const target = this.anchors.get(token.value);
      if (target === undefined) throw new Fault(`unknown anchor '${token.value}' referenced`, token.start, token.end);
      this.add({ ...leaf(ALIAS, token.start, token.end, token.value), target });
      this.state = this.states.pop()!;
      return;
    }
    let anchor: string | undefined;
    let tag: Token | undefined;
    for (let i = 0; i < 2; i++) {
      if (token.type === T.ANCHOR && anchor === undefined) anchor = token.value;
      else if (token.type === T.TAG && tag === undefined) tag = token;
      else break;
      this.scanner.skip();
      token = this.scanner.peek();
    }
    const tagName = tag === undefined ? '' : this.tagName(tag);
    switch (token.type) {
      case T.BLOCK_ENTRY:
        if (!indentless) break;
        this.begin(SEQUENCE, token, false, anchor);
        this.state = INDENTLESS_SEQUENCE_ENTRY;
        return;
      case T.SCALAR: {
        this.scanner.skip();
        const implicit = (tagName === '' && token.plain) || tagName === '!';
        this.scalar({ ...leaf(SCALAR, token.start, token.end, token.value), tag: tagName, implicit }, anchor);
        return;
      }
      case T.FLOW_SEQUENCE_START:
      case T.FLOW_MAPPING_START: {
        const sequence = token.type === T.FLOW_SEQUENCE_START;
        this.scanner.skip();
        this.begin(sequence ? SEQUENCE : MAPPING, token, true, anchor);
        this.state = sequence ? FLOW_SEQUENCE_FIRST : FLOW_MAPPING_FIRST;
        return;
      }
      case T.BLOCK_SEQUENCE_START:
      case T.BLOCK_MAPPING_START: {
        if (!block) break;
        const sequence = token.type === T.BLOCK_SEQUENCE_START;
        this.scanner.skip();
        this.begin(sequence ? SEQUENCE : MAPPING, token, false, anchor);
        this.state = sequence ? BLOCK_SEQUENCE_ENTRY : BLOCK_MAPPING_KEY;
        return;
      }
    }
    if (anchor !== undefined || tagName !== '') {
      this.scalar({ ...leaf(SCALAR, first.start, first.start, ''), tag: tagName, implicit: tagName === '' }, anchor);
      return;
    }
    this.fail('did not find expected node content', token);
  }

  private tagName(token: Token): string {
    if (token.value === '') return token.suffix;
    const prefix = this.tagPrefixes.get(token.value);
    if (prefix === undefined || prefix + token.suffix === '') this.fail('found undefined tag handle', token);
    return prefix + token.suffix;
  }

  private empty(start: number): void {
    this.scalar({ ...leaf(SCALAR, start, start, ''), implicit: true }, undefined);
  }

  private scalar(node: Node, anchor: string | undefined): void {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node);
    this.state = this.states.pop()!;
  }

  private begin(kind: number, token: Token, flow: boolean, anchor: string | undefined): void {
    const node: Node = { ...leaf(kind, token.start, token.end, ''), flow, children: [] };
    if (flow) this.lines.push(token.line);
    // Known from its first token on: it may hold an alias of itself, which is an error only once it is followed.
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node);
    this.open.push(node);
  }

  private close(token: Token, state: number = this.states.pop()!): void {
    const node = this.open.pop()!;
    // Of a block collection, and of a pair in a flow sequence, the token is what comes after it.
    node.end = token.type === T.FLOW_SEQUENCE_END || token.type === T.FLOW_MAPPING_END ? token.end : token.start;
    node.oneLine = node.flow && this.lines.pop() === token.line;
    this.state = state;
  }

  private add(node: Node): void {
    if (this.open.length === 0) this.root = node;
    else this.open[this.open.length - 1]!.children.push(node);
  }
}

function leaf(kind: number, start: number, end: number, value: string): Node {
  return { kind, start, end, flow: false, oneLine: false, tag: '', value, implicit: false, children: NONE, target: undefined };
}
