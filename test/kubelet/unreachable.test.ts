import { describe, expect, it } from 'vitest';
import { parseImage } from '../../src/api/image-reference.ts';
import { podlint } from '../../src/index.ts';
import { unreachable, unreachableOf } from '../../src/kubelet/unreachable.ts';

describe('registries that cannot be reached', () => {
  const options = {
    unreachable: [
      { registry: 'gcr.io', mirror: 'mirror.example.com/gcr' },
      { registry: 'https://gcr.io/acme/', mirror: 'mirror.example.com/acme' },
      { registry: 'docker.io', mirror: 'mirror.example.com/hub' },
      { registry: '*.pkg.dev' },
      'quay.io',
      null,
      { mirror: 'x' },
      5,
    ],
  };
  const registries = unreachableOf(options);

  it.each([
    ['gcr.io/distroless/static:nonroot', 'gcr.io', 'mirror.example.com/gcr/distroless/static'],
    ['gcr.io/acme/api:1', 'gcr.io/acme', 'mirror.example.com/acme/api'],
    ['gcr.io/acmecorp/api:1', 'gcr.io', 'mirror.example.com/gcr/acmecorp/api'],
    ['nginx', 'docker.io', 'mirror.example.com/hub/library/nginx'],
    ['europe-docker.pkg.dev/acme/images/api', '*.pkg.dev', undefined],
    ['quay.io/a/b', 'quay.io', undefined],
    ['ghcr.io/a/b', undefined, undefined],
    ['pkg.dev/a/b', undefined, undefined],
    ['mirror.example.com/gcr/distroless/static', undefined, undefined],
  ])('%s falls under %s', (text, registry, instead) => {
    const image = parseImage(text);
    const found = 'error' in image ? undefined : unreachable(image, registries);
    expect(found?.entry.registry).toBe(registry);
    expect(found?.instead).toBe(instead);
  });

  it.each([undefined, null, 'gcr.io', 5, {}, { gcr: 'x' }])('are none in %j', (value) =>
    expect(unreachableOf({ unreachable: value })).toEqual([]),
  );

  it('are told as errors, with the mirror', async () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "gcr.io/distroless/static:1"}]}\n';
    const { findings, forecast } = await podlint([{ path: 'pod.yaml', text }], {
      rules: { 'image/retired-registry': { options } },
    });
    expect(findings).toMatchObject([
      {
        ruleId: 'image/retired-registry',
        level: 'error',
        message: 'gcr.io cannot be reached from the nodes, as configured; use mirror.example.com/gcr/distroless/static:1',
        predicts: { component: 'kubelet', status: 'ImagePullBackOff' },
        fix: { safe: true },
      },
    ]);
    expect(forecast[0]?.statuses).toMatchObject([{ status: 'ImagePullBackOff', certain: true }]);
  });
});
