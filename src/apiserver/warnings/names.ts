import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, textOf } from '../validate/scope.ts';

/** A generated name is known but for its last five characters, which are letters and digits. */
const GENERATED = { kept: 58, ending: 'xxxxx' };

/** An object's name and where it is written; what the server makes of a generateName, with five letters for those that it draws. */
export function nameOf(object: Fields): { readonly at: Path; readonly name: string } {
  const metadata = fieldsOf(object['metadata']);
  const name = textOf(metadata['name']);
  if (name !== '') return { at: ['metadata', 'name'], name };
  const start = textOf(metadata['generateName']);
  if (start === '' || isUnknown(start)) return { at: ['metadata', 'generateName'], name: start };
  return { at: ['metadata', 'generateName'], name: start.slice(0, GENERATED.kept) + GENERATED.ending };
}
