import type { Path } from '../../source/path.ts';

/** An admission plugin says no. */
export interface AdmissionRefusal {
  /** The plugin's words; the server puts `pods "x" is forbidden: ` before them. */
  readonly message: string;
  /** The field at fault, relative to the object. */
  readonly path: Path;
}
