import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../src/source/document.ts';
import type { Path } from '../../src/source/path.ts';
import { lineColumn, locate, readDocuments } from '../../src/source/reader.ts';
import { decode } from '../../src/source/yaml/decode.ts';
import { FastReader } from '../../src/source/yaml/fast.ts';
import { placesOf } from '../../src/source/yaml/node-places.ts';
import { parseDocument } from '../../src/source/yaml/parser.ts';
import type { Place } from '../../src/source/yaml/places.ts';
import { Recorder } from '../../src/source/yaml/recorder.ts';
import { seek } from '../../src/source/yaml/seek.ts';

/** `line:column marked text` of a place in the first document with content. */
function at(text: string, path: Path, part: Part): string {
  const document = readDocuments({ path: 'x.yaml', text }).find(({ value }) => value !== null)!;
  const { start, end } = locate(document, path, part);
  const { line, column } = lineColumn(document.file, start);
  return `${line}:${column} ${text.slice(start, end)}`;
}

const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: "a" # comment
  labels: {app.kubernetes.io/name: web, 'tier' : front}
  annotations:
    text: |-
      line
      line
    over: one
      two
    empty:
spec:
  containers:
  - name: app
    image: nginx
    command: ["sh", "-c",
      "true"]
    args: [a, b]
  - image: x
    name: y
  volumes: []
  tolerations:
    - key: k
    -
      key: l
    - - nested
    -
    - plain
`;

describe('locate', () => {
  test.each<[Path, string, string]>([
    [[], '1:1 apiVersion', '1:1 apiVersion'],
    [['kind'], '2:1 kind', '2:7 Pod'],
    [['metadata'], '3:1 metadata', '3:1 metadata'],
    [['metadata', 'name'], '4:3 name', '4:9 "a"'],
    [['metadata', 'labels'], '5:3 labels', "5:11 {app.kubernetes.io/name: web, 'tier' : front}"],
    [['metadata', 'labels', 'app.kubernetes.io/name'], '5:12 app.kubernetes.io/name', '5:36 web'],
    [['metadata', 'labels', 'tier'], "5:41 'tier'", '5:50 front'],
    [['metadata', 'annotations', 'text'], '7:5 text', '7:11 |-'],
    [['metadata', 'annotations', 'over'], '10:5 over', '10:11 one'],
    [['metadata', 'annotations', 'empty'], '12:5 empty', '12:5 empty'],
    [['spec', 'containers'], '14:3 containers', '14:3 containers'],
    [['spec', 'containers', 0], '15:5 name', '15:5 name'],
    [['spec', 'containers', 0, 'image'], '16:5 image', '16:12 nginx'],
    [['spec', 'containers', 0, 'command'], '17:5 command', '17:5 command'],
    [['spec', 'containers', 0, 'command', 2], '18:7 "true"', '18:7 "true"'],
    [['spec', 'containers', 0, 'args'], '19:5 args', '19:11 [a, b]'],
    [['spec', 'containers', 0, 'args', 1], '19:15 b', '19:15 b'],
    [['spec', 'containers', 1, 'name'], '21:5 name', '21:11 y'],
    [['spec', 'volumes'], '22:3 volumes', '22:12 []'],
    [['spec', 'tolerations', 1], '26:7 key', '26:7 key'],
    [['spec', 'tolerations', 2], '27:7 -', '27:7 -'],
    [['spec', 'tolerations', 2, 0], '27:9 nested', '27:9 nested'],
    [['spec', 'tolerations', 3], '28:5 -', '28:5 -'],
    [['spec', 'tolerations', 4], '29:7 plain', '29:7 plain'],
    // What is not there has the place of what would hold it.
    [['spec', 'nodeName'], '13:1 spec', '13:1 spec'],
    [['spec', 'containers', 0, 'ports', 0, 'name'], '15:5 name', '15:5 name'],
    [['spec', 'containers', 7], '14:3 containers', '14:3 containers'],
    [['status', 'phase'], '1:1 apiVersion', '1:1 apiVersion'],
    [['kind', 'no', 'deeper'], '2:1 kind', '2:1 kind'],
    [['metadata', 'labels', 'constructor'], '5:3 labels', '5:3 labels'],
  ])('%j', (path, key, value) => {
    // The exact reader, for which a tag is enough, other line ends and a separator make no difference.
    for (const text of [MANIFEST, `${MANIFEST}tag: !x y\n`, MANIFEST.replaceAll('\n', '\r\n'), MANIFEST.replaceAll('\n', '\r')]) {
      expect([at(text, path, 'key'), at(text, path, 'value')]).toEqual([key, value]);
    }
  });

  test('in JSON', () => {
    const text =
      '{\n  "kind": "Pod",\n  "spec": {\n    "containers": [\n      {\n        "name": "a", "ports": [{"containerPort": 80}]\n      }, []\n    ]\n  }\n}\n';
    expect(at(text, [], 'key')).toBe('2:3 "kind"');
    expect(at(text, ['kind'], 'value')).toBe('2:11 "Pod"');
    expect(at(text, ['spec'], 'value')).toBe('3:3 "spec"');
    expect(at(text, ['spec', 'containers', 0], 'key')).toBe('5:7 {');
    expect(at(text, ['spec', 'containers', 0, 'name'], 'key')).toBe('6:9 "name"');
    expect(at(text, ['spec', 'containers', 0, 'ports'], 'value')).toBe('6:31 [{"containerPort": 80}]');
    expect(at(text, ['spec', 'containers', 0, 'ports', 0], 'key')).toBe('6:32 {"containerPort": 80}');
    expect(at(text, ['spec', 'containers', 0, 'ports', 0, 'containerPort'], 'value')).toBe('6:50 80');
    expect(at(text, ['spec', 'containers', 1], 'value')).toBe('7:10 []');
    expect(at(text, ['spec', 'containers', 2], 'value')).toBe('4:5 "containers"');
    // The places of a later value are its own.
    const [, second] = readDocuments({ path: 'x', text: '{"a": 1}\n{"a": 2}\n' });
    expect(locate(second!, ['a'], 'value')).toEqual({ start: 15, end: 16 });
  });

  test.each(['', 'tag: !x y\n'])('what an alias brings in lies at its anchor %s', (more) => {
    const text = `${more}a: &x\n  b: 1\n  c: {d: 2}\ne: *x\nf:\n  <<: *x\n  b: 3\n`;
    const line = more === '' ? 0 : 1;
    const place = (path: Path, part: Part) => at(text, path, part).replace(/^\d+/, (n) => String(Number(n) - line));
    expect(place(['e'], 'key')).toBe('4:1 e');
    expect(place(['e'], 'value')).toBe('4:4 *x');
    expect(place(['e', 'b'], 'value')).toBe('2:6 1');
    expect(place(['e', 'c', 'd'], 'key')).toBe('3:7 d');
    expect(place(['f', 'c', 'd'], 'value')).toBe('3:10 2');
    expect(place(['f', 'b'], 'value')).toBe('7:6 3');
  });

  test.each(['', 'tag: !x y\n'])('the last of two equal keys counts %s', (more) => {
    const text = `a:\n- b: 1\n  b: 2\n${more}`;
    expect(at(text, ['a', 0, 'b'], 'value')).toBe('3:6 2');
    expect(at(text, ['a', 0], 'key')).toBe('2:3 b');
  });

  test('of a scalar or a list as the whole document', () => {
    expect(at('# c\n- a\n- b\n', [], 'key')).toBe('2:3 a');
    expect(at('--- # c\nfoo bar\n', [], 'value')).toBe('2:1 foo bar');
    expect(at('[]\n', [], 'value')).toBe('1:1 []');
    expect(at('---\n{}\n', ['a'], 'key')).toBe('2:1 {}');
  });

  test('a path from elsewhere does no harm', () => {
    const [document] = readDocuments({ path: 'x', text: 'a: [b]\n' });
    for (const path of [['a', 'length'], ['a', -1], ['a', 0.5], ['a', '0'], [0], ['__proto__'], ['a', Number.NaN]] as Path[]) {
      const { start, end } = locate(document!, path, 'value');
      expect(start).toBeLessThan(end);
      expect(end).toBeLessThanOrEqual(document!.file.text.length);
    }
    expect(locate({ ...document! }, ['a'], 'key')).toEqual({ start: 0, end: 0 });
  });
});

/** The tree as data; of the root only what lies in it. */
function tree(place: Place, root = true): unknown {
  const { children } = place;
  return {
    key: root ? undefined : [place.keyStart, place.keyEnd],
    value: place.valueStart < 0 ? undefined : [place.valueStart, place.valueEnd],
    children: Array.isArray(children)
      ? children.map((child) => tree(child, false))
      : children && [...children].map(([key, child]) => [key, tree(child, false)]),
  };
}

const texts: string[] = readFileSync(new URL('../recorded/reader.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line).text);

describe('the fast and the exact reader', () => {
  const fast = texts.filter((text) => {
    const documents = readDocuments({ path: 'x', text });
    return documents.length === 1 && documents[0]!.fast && documents[0]!.value !== null && !/^\s*\{|[\r\ufeff]|[^\n]$/.test(text);
  });

  test.each([...fast, MANIFEST])('see the same places: %s', (text) => {
    const recorder = new Recorder(text);
    const value = new FastReader(text, recorder).document();
    const root = parseDocument(text)!;
    expect(value).toEqual(decode(root).value);
    expect(tree(recorder.place)).toEqual(tree(placesOf(root, text)));
  });

  test.each([...fast, MANIFEST])('places sought one by one are the same: %s', (text) => {
    const [document] = readDocuments({ path: 'x', text });
    const recorder = new Recorder(text);
    const value = new FastReader(text, recorder).document();
    const visit = (node: unknown, place: Place, path: Path): void => {
      for (const part of ['key', 'value'] as const) {
        if (path.length === 0 || document!.duplicates !== undefined) break;
        const span = seek(text, value, path, part);
        const whole =
          part === 'value' && place.valueStart >= 0 ? [place.valueStart, place.valueEnd] : [place.keyStart, place.keyEnd];
        if (span !== undefined) expect(span, path.join('.')).toEqual(whole);
      }
      if (typeof node !== 'object' || node === null) return;
      for (const [key, inner] of Object.entries(node)) {
        const { children } = place;
        const child = Array.isArray(children) ? children[Number(key)]! : children!.get(key)!;
        visit(inner, child, [...path, Array.isArray(node) ? Number(key) : key]);
      }
    };
    visit(value, recorder.place, []);
  });

  test('a manifest needs no second reading', () => {
    const [document] = readDocuments({ path: 'x', text: MANIFEST });
    const spec = ['spec', 'containers', 0, 'name'];
    expect(seek(MANIFEST, document!.value, spec, 'value')).toBeDefined();
  });

  test('ranges stay within their line', () => {
    let ranges = 0;
    for (const text of texts) {
      for (const document of readDocuments({ path: 'x', text })) {
        const visit = (value: unknown, path: Path): void => {
          for (const part of ['key', 'value'] as const) {
            const { start, end } = locate(document, path, part);
            expect(text.slice(start, end), `${JSON.stringify(text)} ${path.join('.')}`).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
            ranges++;
          }
          if (typeof value !== 'object' || value === null) return;
          for (const [key, inner] of Object.entries(value)) visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
        };
        visit(document.value, []);
      }
    }
    expect(ranges).toBeGreaterThan(1000);
  });
});
