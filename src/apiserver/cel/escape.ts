/** Property names as CEL identifiers. Mirrors k8s.io/apiserver/pkg/cel/escaping.go. */
const RESERVED = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let'],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
const NAMES: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };
const SIGNS: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** Undefined for a name that CEL cannot reach. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (name === '' || /^[0-9]|[^A-Za-z0-9_./-]/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (sign) => NAMES[sign]!);
}

/** Undefined for an identifier with an escape that means nothing. */
export function unescapeName(identifier: string): string | undefined {
  if (!identifier.includes('__')) return identifier;
  let sound = true;
  const name = identifier.replace(/__([^_]+)__/g, (whole, inner: string) => {
    const sign = SIGNS[inner];
    if (sign !== undefined) return sign;
    if (!RESERVED.has(inner) || whole.length !== identifier.length) sound = false;
    return inner;
  });
  return sound ? name : undefined;
}
