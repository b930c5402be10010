import type { Path } from '../../source/path.ts';
import type { ValidatedResource } from '../validate/index.ts';

/** One Warning header: `message` is the header's whole text, `path` where it points ([] is the object). */
export interface Warning {
  readonly path: Path;
  readonly message: string;
}

/** The Warning headers of an object's creation, in the server's order. */
export function warnings(_object: unknown, _resource: ValidatedResource, _minor: number): Warning[] {
  return [];
}
