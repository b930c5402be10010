/**
 * Values that something fills in later: Flux and envsubst (`${VAR}`, `${VAR:=default}`), Helm and Go templates (`{{ … }}`),
 * SOPS (`ENC[…]`). podlint does not know them; a rule fires only if every completion would be wrong.
 */
export function isUnknown(value: unknown): boolean {
  return typeof value === 'string' && !literal && isPlaceholder(value);
}

/** The same whatever is asked: for what is loaded apart, and for what is kept beyond the question. */
export function isPlaceholder(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const dollar = value.indexOf('${');
  if (dollar >= 0 && value.indexOf('}', dollar + 2) > 0) return true;
  const brace = value.indexOf('{{');
  if (brace >= 0 && value.indexOf('}}', brace + 2) > 0) return true;
  return value.startsWith('ENC[') && value.endsWith(']');
}

/** Whether a placeholder stands anywhere in a value: in a text, or in a key. What an alias names is looked at once. */
export function holdsPlaceholder(value: unknown): boolean {
  const open: unknown[] = [value];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node === 'string') {
      if (isPlaceholder(node)) return true;
    } else if (typeof node === 'object' && node !== null && !seen.has(node)) {
      seen.add(node);
      if (Array.isArray(node)) for (const item of node) open.push(item);
      else for (const [key, inner] of Object.entries(node)) open.push(key, inner);
    }
  }
  return false;
}

let literal = false;

/**
 * What `ask` answers where placeholders are the text that they are written as, and nothing is unknown: what the server would say of a manifest
 * that is sent before it is filled in. `ask` must not wait for anything, nor keep what it finds.
 */
export function literally<T>(ask: () => T): T {
  const before = literal;
  literal = true;
  try {
    return ask();
  } finally {
    literal = before;
  }
}
