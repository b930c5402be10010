import { asArray, classify, isObject, type Path, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/incomplete-object',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A document that is almost an object: without apiVersion or kind, with one misspelt, or a List without items',
    why:
      'kubectl cannot tell what it is and stops: `error validating data: kind not set`. Many tools pass such a document over without a word, so that the object is simply missing afterwards, and what refers to it waits. ' +
      'Say both apiVersion and kind, at the top of the document.',
    limits:
      'a document counts as meant for Kubernetes when it has metadata, or a spec, beside a hint of its type; anything else is taken for another program’s file.',
    links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields'],
  },
  examples: {
    bad: `apiVersion: v1
knd: ConfigMap # expect: rejected/incomplete-object
metadata:
  name: web
data:
  mode: fast
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  mode: fast
`,
  },
  fix: 'never',
  evidence: { none: 'kubectl refuses it before anything is sent' },
  visit: {
    Document(document, context) {
      for (const { value, base } of withItems(document.value)) {
        const found = classify(value, base.length === 0 ? document.file.path : '');
        if (found.what === 'almost') {
          context.report({
            at: [...base, ...found.at],
            part: found.part,
            message: `${found.why}, so kubectl cannot tell what this is`,
            says: found.says ?? `${found.at.join('.')} not set`,
          });
        } else if (base.length > 0 && found.what !== 'object' && found.what !== 'list') {
          context.report({
            at: base,
            part: 'key',
            message: 'this item of the List is no object: it has neither apiVersion nor kind',
            says: '[apiVersion not set, kind not set]',
          });
        }
      }
    },
  },
});

/** A document, and the items of Lists in it: kubectl takes them for documents of their own. Those of a PodList and its like need no kind. */
function withItems(value: unknown, base: Path = [], found: Entry[] = []): readonly Entry[] {
  found.push({ value, base });
  if (!isObject(value) || value['kind'] !== 'List' || value['apiVersion'] !== 'v1' || base.length > 16) return found;
  const items = asArray(value['items']);
  for (let i = 0; i < items.length; i++) withItems(items[i], [...base, 'items', i], found);
  return found;
}

interface Entry {
  readonly value: unknown;
  readonly base: Path;
}
