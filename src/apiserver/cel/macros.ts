import { SyntaxFault } from './lexer.ts';
import type { Expr, FoldMacro } from './syntax.ts';

/** A call, or what a macro of that name and number of arguments stands for. Throws a SyntaxFault where a macro is misused. */
export function expandCall(at: number, name: string, target: Expr | undefined, args: readonly Expr[]): Expr {
  const plain: Expr = { kind: 'call', at, name, target, args };
  if (target === undefined) return name === 'has' && args.length === 1 ? presence(at, args[0]!) : plain;
  const last = args.at(-1);
  if (last === undefined) return plain;
  const fold = (macro: FoldMacro, names: readonly Expr[], filter?: Expr): Expr => {
    const variables = names.map(variableOf);
    if (variables.length === 2 && variables[0] === variables[1])
      throw new SyntaxFault(names[1]!.at, `duplicate variable name: ${variables[0]}`);
    return { kind: 'fold', at, macro, target, variables, filter, body: last };
  };
  switch (name) {
    case 'all':
    case 'exists':
      if (args.length === 2 || args.length === 3) return fold(name, args.slice(0, -1));
      return plain;
    case 'exists_one':
      return args.length === 2 || args.length === 3 ? fold('existsOne', args.slice(0, -1)) : plain;
    case 'existsOne':
      return args.length === 3 ? fold('existsOne', args.slice(0, -1)) : plain;
    case 'map':
      if (args.length === 2) return fold('map', args.slice(0, 1));
      if (args.length === 3) return fold('map', args.slice(0, 1), args[1]);
      return plain;
    case 'filter':
      return args.length === 2 ? fold('filter', args.slice(0, 1)) : plain;
    case 'sortBy':
      return args.length === 2 ? fold('sortBy', args.slice(0, 1)) : plain;
    case 'transformList':
    case 'transformMap':
    case 'transformMapEntry':
      if (args.length === 3) return fold(name, args.slice(0, 2));
      if (args.length === 4) return fold(name, args.slice(0, 2), args[2]);
      return plain;
    case 'optMap':
    case 'optFlatMap': {
      if (args.length !== 2) return plain;
      const variable = args[0]!;
      if (variable.kind !== 'ident') throw new SyntaxFault(variable.at, `${name}() variable name must be a simple identifier`);
      return { kind: 'optMap', at, flat: name === 'optFlatMap', target, variable: variable.name, body: last };
    }
    default:
      return plain;
  }
}

function presence(at: number, argument: Expr): Expr {
  if (argument.kind !== 'select' || argument.mode !== 'plain')
    throw new SyntaxFault(argument.at, 'invalid argument to has() macro');
  return { ...argument, at, mode: 'test' };
}

function variableOf(expr: Expr): string {
  if (expr.kind !== 'ident') throw new SyntaxFault(expr.at, 'argument must be a simple name');
  return expr.name;
}
