import { asObject, asString, describe, type KubeObject, rule, STDIN } from '../../src/rule.ts';

export default rule({
  id: 'rejected/stale-resource-version',
  level: 'warning',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A manifest says which resourceVersion its object has, so that it can be applied only until the object changes',
    why:
      'It is what `kubectl get -o yaml` printed, kept as a manifest. On creation kubectl leaves `metadata.resourceVersion` out, but to an object that is there it is sent, and means: only if nobody has changed ' +
      'it since. Every change makes a new one, those of the status too, so the next apply ends with a conflict. Take the line out; `uid`, `creationTimestamp`, `managedFields` and `status` can go as well.',
    limits:
      'what is there is known from `--since REV` or from facts; facts that hold the object in that very version are no reason to speak. Without them it is a note, and none of standard input.',
    links: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions',
      'https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  resourceVersion: "48731" # expect: rejected/stale-resource-version
data:
  mode: fast
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
`,
  },
  fix: 'always',
  evidence: 'apply',
  visit: {
    Object(object, context) {
      const version = versionOf(object);
      if (version === undefined) return;
      const live = versionOf(context.cluster.factOf(object));
      if (live !== undefined && BigInt(live) === BigInt(version)) return;
      const since = context.update(object);
      const there = live !== undefined || (since !== undefined && !since.notInFacts);
      // What `kubectl get -o yaml | podlint -` judges nobody means to apply.
      if (!there && object.document.file.path === STDIN) return;
      context.report({
        at: ['metadata', 'resourceVersion'],
        level: live !== undefined ? 'error' : there ? 'warning' : 'note',
        message: `${describe(object)} can be applied only while it is at version ${version}: ${why(live, there)}; take \`resourceVersion\` out`,
        says: 'the object has been modified; please apply your changes to the latest version and try again',
        fix: { title: 'Remove resourceVersion', safe: true, changes: [{ remove: ['metadata', 'resourceVersion'] }] },
        // What is there goes on as it was.
        blocks: [],
      });
    },
  },
});

function why(live: string | undefined, there: boolean): string {
  if (live !== undefined) return `the cluster has it at ${live}`;
  return there ? 'it is there already, and every change since has made a new one' : 'the first change to it makes a new one';
}

/** What the server takes for one: a whole number, not 0. Anything else it passes over. */
function versionOf(object: KubeObject | undefined): string | undefined {
  const text = asString(asObject(object?.value['metadata'])?.['resourceVersion']) ?? '';
  return /^[0-9]{1,20}$/.test(text) && !/^0+$/.test(text) && BigInt(text) < 2n ** 64n ? text : undefined;
}
