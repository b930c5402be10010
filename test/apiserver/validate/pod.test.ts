import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../src/apiserver/cause.ts';
import { validatePod, validatePodTemplateSpec } from '../../../src/apiserver/validate/pod.ts';
import { fieldPath } from '../../../src/source/path.ts';

/** Field, type without its prefix, message. */
type Said = readonly [string, string, string];

interface Recorded {
  /** Both when absent. A PodTemplate's fields are recorded without `template.`. */
  readonly kinds?: readonly ('Pod' | 'PodTemplate')[];
  readonly metadata?: object;
  readonly spec: object;
  readonly causes?: readonly Said[];
  /** The server walked a map, in an order that changes from run to run. */
  readonly unordered?: boolean;
}

interface RecordedReleases {
  readonly metadata: object;
  readonly spec: object;
  readonly says: readonly { readonly minors: readonly number[]; readonly causes: readonly Said[] }[];
}

const recorded = lines<Recorded>('validate-pod.jsonl');
const releases = lines<RecordedReleases>('validate-pod-releases.jsonl');

function lines<T>(file: string): T[] {
  return readFileSync(new URL(`../../recorded/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

function said(causes: readonly Cause[]): Said[] {
  return causes.map((cause) => [cause.field ?? fieldPath(cause.path), cause.type.replace('FieldValue', ''), cause.message]);
}

function sorted(causes: readonly Said[]): string[] {
  return causes.map((cause) => cause.join(' | ')).sort();
}

const simple = { containers: [{ name: 'c', image: 'nginx' }] };

function pod(spec: object, metadata: object = { name: 'p' }): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...simple, ...spec } };
}

function container(fields: object): object {
  return pod({ containers: [{ ...simple.containers[0], ...fields }] });
}

describe('what the server of 1.37 said', () => {
  test.each(recorded.map((line, index) => [index + 1, line] as const))('line %i', (_, line) => {
    const metadata = line.metadata ?? { name: 'p', labels: { app: 'a' } };
    for (const kind of line.kinds ?? ['Pod', 'PodTemplate']) {
      const object = { metadata, spec: line.spec };
      const causes = said(kind === 'Pod' ? validatePod(object, 37) : validatePodTemplateSpec(object, [], { minor: 37 }));
      if (line.unordered === true) expect(sorted(causes)).toEqual(sorted(line.causes ?? []));
      else expect(causes).toEqual(line.causes ?? []);
    }
  });
});

describe('what servers of all releases said', () => {
  const each = releases.flatMap(({ says, ...object }) =>
    says.flatMap(({ minors, causes }) =>
      minors.map((minor) => [minor, JSON.stringify(object.metadata), object, causes] as const),
    ),
  );
  test.each(each)('1.%i: %s', (minor, _name, object, causes) => {
    // Before 1.34 the server printed some values as Go code, with addresses that change from run to run.
    const words = (all: readonly Said[]): readonly Said[] =>
      minor < 34 ? all.map(([field, type, text]) => [field, type, plain(text)]) : all;
    expect(sorted(words(said(validatePod(object, minor))))).toEqual(sorted(words(causes)));
  });
});

/** The message without the value. */
function plain(text: string): string {
  return text.replace(/^Invalid value: (?:core\.\w+)?(?:\{.*\}|\w+|"\w+"): /, 'Invalid value: ');
}

describe('sizes', () => {
  test('annotations of more than 256 KiB', () => {
    const annotations = { 'example.com/a': 'x'.repeat(262144 - 13) };
    expect(validatePod(pod({}, { name: 'p', annotations }), 37)).toEqual([]);
    annotations['example.com/a'] += 'x';
    expect(said(validatePod(pod({}, { name: 'p', annotations }), 37))).toEqual([
      ['metadata.annotations', 'TooLong', 'Too long: may not be more than 262144 bytes'],
    ]);
  });

  test('in bytes of UTF-8', () => {
    const annotations = { 'example.com/a': 'ä'.repeat((262144 - 13) / 2 + 1) };
    expect(validatePod(pod({}, { name: 'p', annotations }), 37)).toHaveLength(1);
  });
});

describe('what is not known', () => {
  test.each([
    pod({ restartPolicy: '${POLICY}' }),
    pod({}, { name: '{{ name }}' }),
    pod({}, { name: 'p', labels: { '${KEY}': 'a', key: '{{ value }}' } }),
    container({ ports: [{ containerPort: '${PORT}', protocol: '${PROTOCOL}' }] }),
    container({ env: [{ name: 'A', value: '${A}' }, { name: '${B}' }] }),
    container({ resources: { limits: { memory: '${LIMIT}' }, requests: { memory: '1Gi' } } }),
    container({ volumeMounts: [{ name: '${VOLUME}', mountPath: '/a' }] }),
    { ...container({ volumeMounts: [{ name: 'v', mountPath: '/a' }] }), spec: { ...simple, volumes: '${VOLUMES}' } },
    pod({ containers: '${CONTAINERS}' }),
    '${POD}',
  ])('%j', (object) => {
    expect(validatePod(object, 37)).toEqual([]);
  });

  test('does not hide what is', () => {
    const object = pod({ restartPolicy: '${POLICY}', dnsPolicy: 'Nope' });
    expect(said(validatePod(object, 37)).map(([field]) => field)).toEqual(['spec.dnsPolicy']);
  });
});

describe('placeholders and types that are wrong', () => {
  const anything = fc.anything({ maxDepth: 3, withNullPrototype: true });
  const fields = [
    'metadata',
    'spec',
    'containers',
    'initContainers',
    'volumes',
    'name',
    'env',
    'ports',
    'resources',
    'limits',
    'affinity',
  ];
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, anything, fc.array(tie('node'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(...fields), tie('node'), { maxKeys: 6 }),
  })).object;

  test('are never thrown at', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 30, max: 37 }), (object, minor) => {
        expect(Array.isArray(validatePod(object, minor))).toBe(true);
        expect(Array.isArray(validatePodTemplateSpec(object, ['spec', 'template'], { minor }))).toBe(true);
      }),
    );
  });

  test('one broken field of a real Pod', () => {
    const whole = recorded.map(({ spec }) => spec);
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.nat(), anything, (spec, where, value) => {
        const copy = structuredClone(spec) as Record<string, unknown>;
        const places: (() => void)[] = [];
        collect(copy, value, places);
        places[where % places.length]?.();
        expect(Array.isArray(validatePod({ metadata: { name: 'p' }, spec: copy }, 37))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  function collect(node: unknown, value: unknown, places: (() => void)[]): void {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push(() => {
        (node as Record<string, unknown>)[key] = value;
      });
      collect((node as Record<string, unknown>)[key], value, places);
    }
  }
});
