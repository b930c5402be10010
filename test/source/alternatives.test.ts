import { describe, expect, test } from 'vitest';
import { splitAlternatives } from '../../src/source/alternatives.ts';

/** `{ path: names of its objects }` to `{ folder: paths, with the folder around in front }`. */
function split(files: Record<string, string>, root = '.'): Record<string, string> {
  const placed = Object.entries(files).map(([path, names]) => {
    const identities = names.split(' ').filter((it) => it !== '');
    return { path, identities, hasObjects: identities.length > 0 };
  });
  const groups = splitAlternatives(root, placed);
  return Object.fromEntries(
    groups.map((it) => [
      it.folder,
      `${it.outer < 0 ? '' : `${groups[it.outer]!.folder} < `}${it.files.map((file) => file.path).join(' ')}`,
    ]),
  );
}

describe('what is one set', () => {
  test('different objects in any folders', () => {
    expect(split({ 'a.yaml': 'x', 'b/a.yaml': 'y', 'c/d/a.yaml': 'z' })).toEqual({ '.': 'a.yaml b/a.yaml c/d/a.yaml' });
  });

  test('the same object twice in one folder: that is a conflict, not an alternative', () => {
    expect(split({ 'k/a.yaml': 'x', 'k/b.yaml': 'x' })).toEqual({ '.': 'k/a.yaml k/b.yaml' });
  });
});

describe('alternatives', () => {
  test('environments side by side see what is above them and what is beside them', () => {
    expect(
      split({ 'k/ns.yaml': 'n', 'k/dev/a.yaml': 'x y', 'k/prod/a.yaml': 'x', 'k/prod/b.yaml': 'z', 'k/shared/c.yaml': 'c' }, 'k'),
    ).toEqual({
      k: 'k/ns.yaml k/shared/c.yaml',
      'k/dev': 'k < k/dev/a.yaml',
      'k/prod': 'k < k/prod/a.yaml k/prod/b.yaml',
    });
  });

  test('they are split at the nearest common folder', () => {
    expect(split({ 'app/dev/a.yaml': 'x', 'app/prod/a.yaml': 'x', 'db/a.yaml': 'd' })).toEqual({
      '.': 'db/a.yaml',
      'app/dev': '. < app/dev/a.yaml',
      'app/prod': '. < app/prod/a.yaml',
    });
  });

  test('and again within them', () => {
    expect(split({ 'eu/dev/a.yaml': 'x', 'eu/prod/a.yaml': 'x', 'us/dev/a.yaml': 'x', 'eu/b.yaml': 'b' })).toEqual({
      '.': '',
      eu: '. < eu/b.yaml',
      'eu/dev': 'eu < eu/dev/a.yaml',
      'eu/prod': 'eu < eu/prod/a.yaml',
      us: '. < us/dev/a.yaml',
    });
  });

  test('a folder that repeats an object of the folder around it', () => {
    expect(split({ 'a.yaml': 'x', 'example/a.yaml': 'x', 'example/b.yaml': 'e', 'other/c.yaml': 'o' })).toEqual({
      '.': 'a.yaml other/c.yaml',
      example: '. < example/a.yaml example/b.yaml',
    });
  });

  test('in a collection, where few of many repeat each other, each is apart', () => {
    const files = {
      'ex/a/1.yaml': 'x',
      'ex/b/1.yaml': 'x',
      'ex/c/1.yaml': 'c',
      'ex/d/1.yaml': 'd',
      'ex/e/1.yaml': 'e',
      'ex/doc/readme.yaml': '',
    };
    expect(Object.keys(split(files))).toEqual(['.', 'ex/a', 'ex/b', 'ex/c', 'ex/d', 'ex/e', 'ex/doc']);
  });

  test('single files of several folders, above the working directory and absolute', () => {
    expect(split({ '../p/a.yaml': 'x', '../q/a.yaml': 'x', '/abs/a.yaml': 'y' }, '')).toEqual({
      '': '/abs/a.yaml',
      '../p': ' < ../p/a.yaml',
      '../q': ' < ../q/a.yaml',
    });
  });

  test('every file is in one group, whatever the names', () => {
    const files: Record<string, string> = {};
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let i = 0; i < 500; i++) {
      const folder = Array.from({ length: random(5) }, () => 'abc'[random(3)]).join('/');
      files[`${folder === '' ? '' : `${folder}/`}${i}.yaml`] = `o${random(200)} o${random(200)}`;
    }
    const groups = splitAlternatives(
      '.',
      Object.entries(files).map(([path, names]) => ({ path, identities: names.split(' '), hasObjects: true })),
    );
    expect(groups.flatMap((it) => it.files.map((file) => file.path)).sort()).toEqual(Object.keys(files).sort());
    for (const [index, group] of groups.entries()) {
      expect(group.outer).toBeLessThan(index);
      // Within a group an object is defined twice in one folder only.
      const seen = new Map<string, string>();
      for (const file of group.files) {
        const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
        for (const name of file.identities) {
          if (seen.has(name)) expect(seen.get(name)).toBe(folder);
          seen.set(name, folder);
        }
      }
    }
  });
});

test('cost grows linearly: as many looks at names when every object has a rival', () => {
  const looks = (folders: number): number => {
    let count = 0;
    const files = Array.from({ length: folders }, (_, i) => ({
      path: `a/b/c${i}/d.yaml`,
      hasObjects: true,
      get identities() {
        count++;
        return ['x', 'y'];
      },
    }));
    expect(splitAlternatives('.', files)).toHaveLength(folders + 1);
    return count;
  };
  expect(looks(2000)).toBeLessThanOrEqual(2 * looks(1000));
});
