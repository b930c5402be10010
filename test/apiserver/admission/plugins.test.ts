import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatQuantity } from '../../../src/api/quantity.ts';
import { namespaceRefusal } from '../../../src/apiserver/admission/namespace-lifecycle.ts';
import { podSecurityPolicyOf } from '../../../src/apiserver/admission/pod-security.ts';
import { effectivePriority, priorityClassesOf, secondDefault } from '../../../src/apiserver/admission/priority.ts';
import { applyRuntimeClass } from '../../../src/apiserver/admission/runtime-class.ts';
import {
  automountsToken,
  forbiddenSecret,
  imagePullSecretsOf,
  missingServiceAccount,
  serviceAccountOf,
} from '../../../src/apiserver/admission/service-account.ts';
import { quoteGo } from '../../../src/apiserver/go-print.ts';

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: unknown };
  readonly spec?: unknown;
}
/** One object after the other, as an API server took or refused them; `stored` is what it made of an accepted Pod. */
interface Line {
  readonly object: KubeObject;
  readonly says?: string;
  readonly causes?: readonly { readonly field: string; readonly message: string }[];
  readonly stored?: Readonly<Record<string, unknown>>;
}

const lines = readFileSync(new URL('../../recorded/admission.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

const accepted = lines.filter(({ says }) => says === undefined).map(({ object }) => object);
const classes = priorityClassesOf(accepted);
const named = (kind: string, name: string): KubeObject | undefined =>
  accepted.find((object) => object.kind === kind && object.metadata.name === name);

describe('the plugins of the server', () => {
  it.each(lines.filter(({ object }) => object.kind === 'Pod').map((line) => [line.object.metadata.name, line] as const))(
    'judge Pod %s as it did',
    (name, line) => {
      const { spec } = line.object;
      const account = serviceAccountOf(spec).name;
      const priority = effectivePriority(spec, classes);
      const runtime = applyRuntimeClass(spec, (runtimeClass) => named('RuntimeClass', runtimeClass));
      const refusals = [
        missingServiceAccount(
          'NAMESPACE',
          spec,
          (wanted) => wanted === 'default' || named('ServiceAccount', wanted) !== undefined,
        ),
        forbiddenSecret(spec, named('ServiceAccount', account)),
        priority !== undefined && 'message' in priority ? priority : undefined,
        'message' in runtime ? runtime : undefined,
      ].filter((refusal) => refusal !== undefined);
      expect(refusals.map(({ message }) => `pods ${quoteGo(name)} is forbidden: ${message}`)).toEqual(
        line.says === undefined ? [] : [line.says],
      );
      if (line.stored === undefined || priority === undefined || 'message' in priority || 'message' in runtime) return;
      expect(priority.value).toBe(line.stored['priority']);
      expect(priority.className).toBe(line.stored['priorityClassName'] ?? '');
      expect(priority.preemptionPolicy).toBe(line.stored['preemptionPolicy']);
      expect({ ...runtime.nodeSelector }).toEqual(line.stored['nodeSelector'] ?? {});
      const overhead = Object.fromEntries(
        [...runtime.overhead].map(([resource, { quantity }]) => [resource, formatQuantity(quantity)]),
      );
      expect(overhead).toEqual(line.stored['overhead'] ?? {});
    },
  );

  it('refuse a second default PriorityClass', () => {
    const line = lines.find(({ object }) => object.metadata.name === 'second')!;
    const before = priorityClassesOf(accepted.filter(({ kind }) => kind === 'PriorityClass'));
    expect(line.says).toContain(secondDefault(line.object, before)!.message);
  });

  it('refuse faulty Pod Security labels', () => {
    const line = lines.find(({ object }) => object.kind === 'Namespace')!;
    const { causes } = podSecurityPolicyOf(line.object.metadata.labels);
    expect(causes.map(({ path, message }) => ({ field: `metadata.labels[${String(path[2])}]`, message }))).toEqual(
      line.causes?.map(({ field, message }) => ({ field, message })),
    );
  });
});

describe('namespaces', () => {
  it('must exist and not be going away', () => {
    expect(namespaceRefusal('gone', undefined)?.message).toBe('namespaces "gone" not found');
    expect(namespaceRefusal('default', undefined)).toBeUndefined();
    expect(namespaceRefusal('here', { kind: 'Namespace' })).toBeUndefined();
    expect(namespaceRefusal('${NS}', undefined)).toBeUndefined();
    expect(namespaceRefusal('old', { status: { phase: 'Terminating' } })?.message).toBe(
      'unable to create new content in namespace old because it is being terminated',
    );
  });
});

describe('service accounts', () => {
  it('mount a token unless the Pod, then the account, says no', () => {
    expect(automountsToken({}, {})).toBe(true);
    expect(automountsToken({}, { automountServiceAccountToken: false })).toBe(false);
    expect(automountsToken({ automountServiceAccountToken: true }, { automountServiceAccountToken: false })).toBe(true);
  });

  it('lend their pull secrets to Pods that have none', () => {
    expect(imagePullSecretsOf({}, { imagePullSecrets: [{ name: 'a' }, { name: 'b' }] })).toEqual(['a', 'b']);
    expect(imagePullSecretsOf({ imagePullSecrets: [{ name: 'own' }] }, { imagePullSecrets: [{ name: 'a' }] })).toEqual(['own']);
  });
});

it('placeholders are not judged, and nothing throws', () => {
  expect(missingServiceAccount('ns', { serviceAccountName: '${SA}' }, () => false)).toBeUndefined();
  expect(effectivePriority({ priorityClassName: '{{ .Values.priorityClass }}' }, classes)).toBeUndefined();
  expect(applyRuntimeClass({ runtimeClassName: '${RC}' }, () => undefined)).not.toHaveProperty('message');
  for (const spec of [
    undefined,
    null,
    [],
    'x',
    { runtimeClassName: 3, overhead: [], tolerations: 'x', volumes: [null], containers: [{ env: {} }], imagePullSecrets: [1] },
  ]) {
    expect(() => [effectivePriority(spec, classes), applyRuntimeClass(spec, () => null), serviceAccountOf(spec)]).not.toThrow();
    expect(() => forbiddenSecret(spec, named('ServiceAccount', 'strict'))).not.toThrow();
  }
});

it('texts are quoted as Go quotes them', () => {
  expect(quoteGo('plain é 日本')).toBe('"plain é 日本"');
  expect(quoteGo('a"b\\c\n\u0000\u007f\u00a0\u2028')).toBe('"a\\"b\\\\c\\n\\x00\\x7f\\u00a0\\u2028"');
});
