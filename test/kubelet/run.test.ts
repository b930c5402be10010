import { describe, expect, it } from 'vitest';
import { parseImage } from '../../src/api/image-reference.ts';
import { asArray, asObject, at } from '../../src/api/manifest.ts';
import { undefinedVariables } from '../../src/kubelet/environment.ts';
import { brokenSecretStatus, pullSecretOf } from '../../src/kubelet/pull-secrets.ts';
import { readDocuments } from '../../src/source/reader.ts';
import { recorded } from './recorded.ts';

/** What a real kubelet let a container wait with. */
interface Line {
  readonly case: string;
  readonly manifest: string;
  readonly status: string;
  readonly message: string;
}

function predicted(objects: readonly unknown[]): [status: string, message: string] | undefined {
  for (const object of objects) {
    const secret = asObject(object)?.['kind'] === 'Secret' ? pullSecretOf(object) : undefined;
    if (secret?.is === 'broken') return [brokenSecretStatus(secret, 37), secret.says];
    for (const container of asArray(at(object, ['spec', 'containers']))) {
      const image = parseImage(String(at(container, ['image'])));
      if ('error' in image) return ['InvalidImageName', image.says];
      const [variable] = undefinedVariables(container, { allServices: true });
      if (variable?.says !== undefined) return ['CreateContainerConfigError', variable.says];
    }
  }
  return undefined;
}

describe('a real kubelet', () => {
  it.each(recorded<Line>('manifest', 'kubelet-run.jsonl').map((line) => [line.case, line] as const))(
    'says it so: %s',
    (_, line) => {
      const objects = readDocuments({ path: 'case.yaml', text: line.manifest }).map(({ value }) => value);
      expect(predicted(objects)).toEqual([line.status, line.message]);
    },
  );
});
