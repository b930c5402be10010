/**
 * A fault that ends the reading of one document; thrown inside src/source/yaml only, and caught at its door.
 * `message` is kubectl's, without the `yaml: ` in front; offsets count in the document's text.
 */
export class Fault extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}
