/** Putting one word for another: where it stands plainly it is found without the library, and the edit is the library's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DocumentEditor, loadEditor } from '../../src/source/edit.ts';
import type { Path } from '../../src/source/path.ts';
import { readDocuments } from '../../src/source/reader.ts';

beforeAll(loadEditor);

async function edited(text: string, path: Path, to: string): Promise<string | undefined> {
  const [document] = await readDocuments({ path: 'a.yaml', text });
  const edit = new DocumentEditor(document!).edit({ set: path, to });
  return edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

describe('a word in place of another', () => {
  it.each([
    ['plain', 'image: old\n', 'image: new\n'],
    ['with a comment', 'image:   old  # why\n', 'image:   new  # why\n'],
    ['in double quotes', 'image: "old"\n', 'image: "new"\n'],
    ['in single quotes', "image: 'old'\n", "image: 'new'\n"],
    ['with Windows line ends', 'a: b\r\nimage: old\r\n', 'a: b\r\nimage: new\r\n'],
    ['in a flow mapping', '{a: b, image: old}\n', '{a: b, image: new}\n'],
    ['behind a tag', 'image: !!str old\n', 'image: !!str new\n'],
    ['behind an anchor', 'image: &it old\nother: *it\n', 'image: &it new\nother: *it\n'],
    ['on a line of its own', 'image:\n  old\n', 'image:\n  new\n'],
    ['of a second document', 'a: b\n---\nimage: old\n', undefined],
    ['an alias', 'other: &it old\nimage: *it\n', undefined],
    ['a block scalar', 'image: |-\n  old\n', undefined],
    ['no text', 'image: 1\n', 'image: new\n'],
  ])('%s', async (_, text, wanted) => {
    expect(await edited(text, ['image'], 'new')).toBe(wanted);
  });

  it('is not its key', async () => {
    expect(await edited('- image: image\n', [0, 'image'], 'new')).toBe('- image: new\n');
    expect(await edited('image: >-\n  image\n', ['image'], 'new')).toBe(undefined);
    expect(await edited('image: "im\\\n  age"\n', ['image'], 'new')).toBe('image: "new"\n');
  });

  it('is quoted where it would be read as something else', async () => {
    expect(await edited('image: old\n', ['image'], 'yes')).toBe('image: "yes"\n');
    expect(await edited('image: old\n', ['image'], 'a: b')).toBe('image: "a: b"\n');
  });
});
