/**
 * Why Go's encoding/json cannot read a secret text into a map, in its words; undefined when it can. Where Go tells the character that
 * surprised it, stands `…`.
 */
export function jsonObjectFault(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return syntaxFault(text);
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  return `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value} into Go value of type map[string]interface {}`;
}

/** The common faults; of the rarer ones only that there is one. */
function syntaxFault(text: string): string {
  const start = text.search(/[^ \t\r\n]/);
  if (start < 0) return 'unexpected end of JSON input';
  if (!/[{["tfn0-9-]/.test(text[start]!)) return `${CHARACTER} looking for beginning of value`;
  return new JsonScanner(text).fault(start) ?? 'invalid JSON';
}

const CHARACTER = "invalid character '…'";
const END = 'unexpected end of JSON input';

/** Goes over a text once, with a stack of its own, and stops at the first character that does not belong. */
class JsonScanner {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  fault(from: number): string | undefined {
    const open: ('{' | '[')[] = [];
    let expects: 'value' | 'first key' | 'key' | 'colon' | 'first item' | 'comma' = 'value';
    for (let i = this.skip(from); ; i = this.skip(i)) {
      if (i >= this.text.length) return open.length === 0 && expects === 'comma' ? undefined : END;
      const c = this.text[i]!;
      if (expects === 'comma') {
        const inside = open.at(-1);
        if (inside === undefined) return `${CHARACTER} after top-level value`;
        if (c === ',') expects = inside === '{' ? 'key' : 'value';
        else if (c === (inside === '{' ? '}' : ']')) open.pop();
        else return `${CHARACTER} after ${inside === '{' ? 'object key:value pair' : 'array element'}`;
        i++;
      } else if (expects === 'colon') {
        if (c !== ':') return `${CHARACTER} after object key`;
        expects = 'value';
        i++;
      } else if (expects === 'key' || expects === 'first key') {
        if (c === '}' && expects === 'first key') {
          open.pop();
          expects = 'comma';
          i++;
          continue;
        }
        if (c !== '"') return `${CHARACTER} looking for beginning of object key string`;
        const end = this.string(i);
        if (typeof end === 'string') return end;
        expects = 'colon';
        i = end;
      } else if (c === '{' || c === '[') {
        open.push(c);
        expects = c === '{' ? 'first key' : 'first item';
        i++;
      } else if (c === ']' && expects === 'first item') {
        open.pop();
        expects = 'comma';
        i++;
      } else {
        const end = c === '"' ? this.string(i) : this.scalar(i);
        if (typeof end === 'string') return end;
        expects = 'comma';
        i = end;
      }
    }
  }

  private skip(from: number): number {
    let i = from;
    while (i < this.text.length && ' \t\r\n'.includes(this.text[i]!)) i++;
    return i;
  }

  /** The index behind a string that begins at `from`, or the fault. */
  private string(from: number): number | string {
    for (let i = from + 1; i < this.text.length; i++) {
      const c = this.text[i]!;
      if (c === '"') return i + 1;
      if (c === '\\') {
        const escaped = this.text[++i];
        if (escaped === undefined) return END;
        if (!'bfnrt\\/"u'.includes(escaped)) return `${CHARACTER} in string escape code`;
      } else if (c < ' ') return `${CHARACTER} in string literal`;
    }
    return END;
  }

  private scalar(from: number): number | string {
    const rest = this.text.slice(from, from + 400);
    const found = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/.exec(rest);
    if (found !== null) return from + found[0].length;
    const c = rest[0]!;
    for (const word of ['true', 'false', 'null']) {
      if (word[0] !== c) continue;
      for (let i = 1; i < word.length; i++) {
        if (rest[i] === undefined) return END;
        if (rest[i] !== word[i]) return `${CHARACTER} in literal ${word} (expecting '${word[i]}')`;
      }
    }
    if (c === '-') return rest.length < 2 ? END : `${CHARACTER} in numeric literal`;
    return `${CHARACTER} looking for beginning of value`;
  }
}
