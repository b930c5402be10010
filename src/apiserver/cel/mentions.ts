import type { Expr } from './syntax.ts';

/** The parts of an expression, one level down. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'index':
      return [expr.operand, expr.index];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.elements.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'message':
      return expr.fields.map(({ value }) => value);
    case 'fold':
      return expr.filter === undefined ? [expr.target, expr.body] : [expr.target, expr.filter, expr.body];
    case 'optMap':
      return [expr.target, expr.body];
  }
}

/** Whether an expression asks for a variable of the environment; one of a macro with its name does not count. */
export function mentions(expr: Expr, name: string): boolean {
  if (expr.kind === 'ident') return expr.name === name;
  if (expr.kind === 'fold' && expr.variables.includes(name)) return mentions(expr.target, name);
  if (expr.kind === 'optMap' && expr.variable === name) return mentions(expr.target, name);
  return partsOf(expr).some((part) => mentions(part, name));
}
