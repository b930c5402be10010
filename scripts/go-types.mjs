// Reads Go struct declarations, as far as the API's types.go files use the language: what a field's type is called in Go and through
// which embedded structs encoding/json reaches it. Only for messages; what a field takes comes from the OpenAPI documents.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder a Go module cache's `k8s.io` folder; the highest version of each module in it is read. */
export function goPackages(folder) {
  const modules = new Map();
  for (const name of readdirSync(folder).sort()) {
    const found = /^([a-z-]+)@v0\.(\d+)\.(\d+)$/.exec(name);
    if (found === null) continue;
    const rank = Number(found[2]) * 1000 + Number(found[3]);
    if ((modules.get(found[1])?.rank ?? -1) < rank) modules.set(found[1], { rank, path: join(folder, name) });
  }
  const packages = new Map();
  const packageAt = (importPath) => {
    if (!packages.has(importPath)) {
      const [module, ...rest] = importPath.replace(/^k8s\.io\//, '').split('/');
      const at = modules.get(module);
      packages.set(importPath, at === undefined ? new Map() : readPackage(join(at.path, ...rest)));
    }
    return packages.get(importPath);
  };

  /** The JSON fields of a struct: name → {go: Go type as reflect prints it, embedded: names of embedded fields on the way}. */
  const fieldsOf = (importPath, struct) => {
    const declared = packageAt(importPath).get(struct);
    const out = new Map();
    if (declared?.fields === undefined) return out;
    for (const field of declared.fields) {
      if (field.json === '-') continue;
      if (field.embedded && field.json === '') {
        const [path, name] = resolve(importPath, declared, field.type.replace(/^\*/, ''));
        for (const [inner, value] of fieldsOf(path, name)) out.set(inner, { ...value, embedded: [name, ...value.embedded] });
      } else if (field.json !== '') {
        out.set(field.json, { go: printed(importPath, declared, field.type), embedded: [] });
      }
    }
    return out;
  };
  const cache = new Map();
  return {
    fieldOf(definition, field, code) {
      const importPath = importPathOf(definition);
      if (importPath === undefined) return {};
      if (!cache.has(definition)) cache.set(definition, fieldsOf(importPath, definition.slice(definition.lastIndexOf('.') + 1)));
      const found = cache.get(definition).get(field);
      if (found === undefined) return {};
      const embedded = found.embedded.filter((name) => name !== 'TypeMeta' && name !== 'ObjectMeta').join('.');
      const own = /^[xqtuoaBAS]$/.test(code); // has an unmarshaller of its own, which names no type
      return {
        type: own || found.go === guessed(code, definition) ? undefined : found.go,
        embedded: embedded === '' ? undefined : embedded,
      };
    },
  };

  function resolve(importPath, declared, type) {
    const dot = type.indexOf('.');
    return dot < 0 ? [importPath, type] : [declared.imports.get(type.slice(0, dot)), type.slice(dot + 1)];
  }
  function printed(importPath, declared, type) {
    if (type.startsWith('*')) return printed(importPath, declared, type.slice(1));
    if (type.startsWith('[]')) return '[]' + pointed(importPath, declared, type.slice(2));
    const map = /^map\[([^\]]+)\](.+)$/.exec(type);
    if (map !== null) return `map[${printed(importPath, declared, map[1])}]${pointed(importPath, declared, map[2])}`;
    if (/^(string|bool|u?int(8|16|32|64)?|float(32|64)|byte)$/.test(type)) return type === 'byte' ? 'uint8' : type;
    const [path, name] = resolve(importPath, declared, type);
    const alias = packageAt(path).get(name)?.alias;
    return alias === undefined
      ? `${path.slice(path.lastIndexOf('/') + 1)}.${name}`
      : printed(path, packageAt(path).get(name), alias);
  }
  function pointed(importPath, declared, type) {
    return (type.startsWith('*') ? '*' : '') + printed(importPath, declared, type);
  }
}

/** `io.k8s.api.core.v1.Pod` → `k8s.io/api/core/v1`. */
function importPathOf(definition) {
  const found = /^io\.k8s\.(api|apimachinery|apiextensions-apiserver|kube-aggregator)\.(.+)\.[A-Za-z0-9]+$/.exec(definition);
  return found === null ? undefined : `k8s.io/${found[1]}/${found[2].replaceAll('.', '/')}`;
}

/** The Go type src/api/table.ts takes a field to have when the table says nothing. */
function guessed(code, definition) {
  const leaves = {
    s: 'string',
    b: 'bool',
    i: 'int32',
    l: 'int64',
    n: 'float64',
    y: '[]uint8',
    x: 'intstr.IntOrString',
    q: 'resource.Quantity',
    t: 'v1.Time',
    u: 'v1.MicroTime',
    o: 'runtime.RawExtension',
    a: 'v1.JSON',
    B: 'v1.JSONSchemaPropsOrBool',
    A: 'v1.JSONSchemaPropsOrArray',
    S: 'v1.JSONSchemaPropsOrStringArray',
  };
  if (code.startsWith('[')) return '[]' + guessed(code.slice(1), definition);
  if (code.startsWith('{')) return 'map[string]' + guessed(code.slice(1), definition);
  if (!code.startsWith('#')) return leaves[code];
  const name = code.includes('.') ? code.slice(1) : definition.slice(0, definition.lastIndexOf('.') + 1) + code.slice(1);
  return name.split('.').slice(-2).join('.');
}

function readPackage(folder) {
  const types = new Map();
  let files;
  try {
    files = readdirSync(folder);
  } catch {
    return types;
  }
  for (const file of files.sort()) {
    if (!file.endsWith('.go') || file.endsWith('_test.go') || file.startsWith('zz_') || file === 'generated.pb.go') continue;
    const text = readFileSync(join(folder, file), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '');
    const imports = new Map();
    for (const [, alias, path] of text.matchAll(/^(?:import)?\s+(?:([A-Za-z0-9_]+) )?"(k8s\.io\/[^"]+)"$/gm)) {
      imports.set(alias ?? path.slice(path.lastIndexOf('/') + 1), path);
    }
    for (const [, name, equals, type] of text.matchAll(/^type (\w+) (= )?([^\s{][^{\n]*?)\s*(?:\/\/.*)?$/gm)) {
      types.set(name, equals === undefined ? { imports } : { imports, alias: type });
    }
    for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      const fields = [];
      for (const line of body.split('\n')) {
        const found = /^\s*(?:(\w+)\s+)?([*[\]\w.]+)\s+`[^`]*json:"([^",]*)[^`]*`/.exec(line);
        if (found !== null) fields.push({ embedded: found[1] === undefined, type: found[2], json: found[3] });
      }
      types.set(name, { imports, fields });
    }
  }
  return types;
}
