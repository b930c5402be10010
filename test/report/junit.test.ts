import { describe, expect, test } from 'vitest';
import { junit } from '../../src/report/junit.ts';
import { hostile } from './hostile.ts';
import { reportOf, sample } from './sample.ts';

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/**
 * A strict reader of the XML that a report may hold: elements, attributes, text and the five entities. Throws at anything else.
 */
function parseXml(xml: string): Element {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error('a character that XML 1.0 does not allow');
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(head)) throw new Error('no declaration');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const token = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  token.lastIndex = head.length;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw new Error(`not XML: ${xml.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error('"]]>" in text');
      parent.text += decode(text);
    } else if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const element: Element = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)) element.attributes[key] = decode(value);
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || only === undefined) throw new Error('not one root');
  return only;
}

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    const char = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name];
    if (char === undefined) throw new Error(`unknown entity ${name}`);
    return char;
  });
}

describe('junit', () => {
  test('a suite for each file, a case for each object and rule, failures for errors only', () => {
    const root = parseXml(junit(sample(), {}));
    expect(root.attributes).toEqual({ name: 'podlint', tests: '6', failures: '2', errors: '2' });
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
      'k8s/api.yaml',
      'k8s/secret.yaml',
      'charts/metrics',
      'k8s/broken.yaml',
    ]);
    const [first] = root.children;
    expect(first?.children.map(({ attributes }) => attributes['name'])).toEqual([
      'pending/host-port-taken Deployment shop/api',
      'exposed/host-port Deployment shop/api',
      'creating/missing-secret-key Deployment shop/api',
    ]);
    expect(first?.children.map(({ children }) => children[0]?.name)).toEqual(['system-out', 'system-out', 'failure']);
    const failure = first?.children[2]?.children[0];
    expect(failure?.attributes).toEqual({
      message: 'Secret `db` has no key `passwrod`; it has `password`',
      type: 'creating/missing-secret-key',
    });
    expect(failure?.text).toContain("kubelet says: couldn't find key passwrod in Secret shop/db");
  });

  test('several findings of one rule in one object are one case', () => {
    const { findings } = sample();
    const twice = [findings[2], findings[2]].filter((finding) => finding !== undefined);
    const root = parseXml(junit(reportOf(twice), {}));
    expect(root.attributes).toMatchObject({ tests: '1', failures: '1' });
    expect(root.children[0]?.children[0]?.children).toHaveLength(1);
  });

  test('what was not judged is an error', () => {
    const suite = parseXml(junit(sample(), {})).children[3];
    expect(suite?.children[0]).toMatchObject({
      attributes: { name: 'not judged: line 12' },
      children: [{ name: 'error', attributes: { message: 'found a tab where indentation was expected', type: 'not-judged' } }],
    });
  });

  test('nothing found is a case that passes', () => {
    const root = parseXml(junit(reportOf([]), {}));
    expect(root.attributes).toEqual({ name: 'podlint', tests: '1', failures: '0', errors: '0' });
    expect(root.children[0]?.children[0]?.attributes['name']).toBe('2 objects in 2 files for Kubernetes 1.37');
  });

  test('hostile text stays text', () => {
    const root = parseXml(junit(hostile(), {}));
    const names = new Set<string>();
    const visit = (element: Element): void => {
      names.add(element.name);
      element.children.forEach(visit);
    };
    visit(root);
    expect([...names].sort()).toEqual(['error', 'failure', 'system-out', 'testcase', 'testsuite', 'testsuites']);
    const sum = (key: string): number => root.children.reduce((total, suite) => total + Number(suite.attributes[key]), 0);
    for (const key of ['tests', 'failures', 'errors']) expect(sum(key)).toBe(Number(root.attributes[key]));
  });
});
