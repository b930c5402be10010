import { type Fields, fieldsOf, isSet } from './scope.ts';

/** What a path through a schema leads to, or why it leads nowhere. */
export type FieldPathResult = { readonly steps: readonly string[]; readonly schema: Fields } | { readonly fault: string };

/**
 * Follows a path such as `.spec.replicas` or `.spec['x']` through a schema.
 * Mirrors ValidFieldPath of k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
 */
export function followFieldPath(text: string, root: Fields, brackets: boolean): FieldPathResult | undefined {
  const tokens = tokensOf(text);
  const steps: string[] = [];
  let schema = root;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    let name: string | undefined;
    if (token === '[') {
      if (!brackets) return { fault: 'array notation is not allowed' };
      const quoted = tokens[++i];
      if (quoted === undefined) return { fault: 'unexpected end of JSON path' };
      if (!/^'[\s\S]*'$/.test(quoted) || quoted.length < 2) return { fault: `expected single quoted string but got ${quoted}` };
      name = quoted.slice(1, -1);
      // What escapes mean is not judged here.
      if (name.includes('\\')) return undefined;
    } else if (token === '.') {
      name = tokens[++i];
      if (name === undefined) return { fault: 'unexpected end of JSON path' };
    } else return { fault: `expected [ or . but got: ${token}` };

    const properties = fieldsOf(schema['properties']);
    if (Object.keys(properties).length > 0) {
      if (!Object.hasOwn(properties, name)) return { fault: 'does not refer to a valid field' };
      schema = fieldsOf(properties[name]);
      steps.push(`.${name}`);
    } else if (isSet(schema['additionalProperties'])) {
      if (typeof schema['additionalProperties'] !== 'object') return undefined;
      schema = fieldsOf(schema['additionalProperties']);
      steps.push(`[${name}]`);
    } else return { fault: 'does not refer to a valid field' };

    if (token !== '[') continue;
    const close = tokens[++i];
    if (close === undefined) return { fault: 'unexpected end of JSON path' };
    if (close !== ']') return { fault: `expected ] but got ${close}` };
  }
  return { steps, schema };
}

/** The delimiters one by one, and what is between them; delimiters in quotes are not any. */
function tokensOf(text: string): readonly string[] {
  return text.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+[^.[\]]*|'[^.[\]]*/gs) ?? [];
}
