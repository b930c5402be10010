import { isMerge, keyText } from './decode.ts';
import { ALIAS, MAPPING, type Node, SCALAR, SEQUENCE } from './parser.ts';
import { type Place, withinLine } from './places.ts';

/**
 * The places of a tree that the exact reader made. What an alias brings in lies where its anchor is written.
 * Aliases of aliases within themselves do not occur: decoding has refused them. A node that is reached twice has one place.
 */
export function placesOf(root: Node, text: string): Place {
  const contents = new Map<Node, Place['children']>();
  const pending: Node[] = [];
  /** The children of a node: made empty when first asked for, filled from `pending`. */
  const childrenOf = (node: Node): Place['children'] => {
    if (node.kind === SCALAR) return undefined;
    let made = contents.get(node);
    if (made === undefined) {
      made = node.kind === SEQUENCE ? [] : new Map();
      contents.set(node, made);
      pending.push(node);
    }
    return made;
  };
  const place = (key: Node, written: Node): Place => {
    const node = target(written);
    const scalar = written.kind === SCALAR || written.kind === ALIAS;
    return {
      keyStart: key.start,
      keyEnd: tokenEnd(key, text),
      valueStart: (scalar && written.end > written.start) || written.oneLine ? written.start : -1,
      valueEnd: tokenEnd(written, text),
      children: childrenOf(node),
    };
  };
  const fill = (node: Node): void => {
    const made = contents.get(node)!;
    if (Array.isArray(made)) {
      for (const item of node.children) made.push(place(firstToken(item), item));
      return;
    }
    // Merged mappings are walked with a stack of their own, from left to right: the last setter of a key wins.
    const todo: Node[] = [node];
    const cursors: number[] = [0];
    while (todo.length > 0) {
      const current = todo[todo.length - 1]!;
      const i = cursors[cursors.length - 1]!;
      if (i >= current.children.length) {
        todo.pop();
        cursors.pop();
        continue;
      }
      cursors[cursors.length - 1] = i + 2;
      const key = current.children[i]!;
      const value = current.children[i + 1]!;
      if (!isMerge(key)) made!.set(keyText(target(key)), place(key, value));
      else {
        const merged = target(value);
        const sources = merged.kind === SEQUENCE ? merged.children : [merged];
        for (const source of sources) {
          if (target(source).kind !== MAPPING) continue;
          todo.push(target(source));
          cursors.push(0);
        }
      }
    }
  };
  const whole = place(firstToken(root), root);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) fill(node);
  return whole;
}

function tokenEnd(node: Node, text: string): number {
  if (node.kind === SCALAR || node.kind === ALIAS) return withinLine(text, node.start, Math.max(node.end, node.start + 1));
  return node.oneLine ? node.end : node.start + 1;
}

function target(node: Node): Node {
  while (node.kind === ALIAS) node = node.target!;
  return node;
}

/** The node whose token comes first: a block mapping begins with its first key, a block sequence with a dash of its own. */
function firstToken(node: Node): Node {
  let first = node;
  while (first.kind === MAPPING && !first.flow && first.children.length > 0) first = first.children[0]!;
  return first;
}
