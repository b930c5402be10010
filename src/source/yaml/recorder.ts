import { type DuplicatePlace, type Place, withinLine } from './places.ts';

/**
 * Builds the tree of places while the fast reader reads. `place` is always that of the node read last; its key is told
 * by whoever has asked for the node.
 */
export class Recorder {
  readonly duplicates: DuplicatePlace[] = [];
  place: Place = newPlace();
  private readonly text: string;
  private readonly open: (Map<string, Place> | Place[])[] = [];
  private readonly path: (string | number)[] = [];

  constructor(text: string) {
    this.text = text;
  }

  scalar(start: number, end: number): void {
    this.place = newPlace();
    this.place.valueStart = start;
    this.place.valueEnd = withinLine(this.text, start, end);
  }

  /** Nothing is written; its key stands for it. */
  nothing(): void {
    this.place = newPlace();
  }

  begin(isMapping: boolean): void {
    this.open.push(isMapping ? new Map<string, Place>() : []);
  }

  /** The next node belongs to this key or index. */
  enter(key: string | number): void {
    this.path.push(key);
  }

  /** @param twice the key was there already */
  entry(key: string, start: number, end: number, twice: boolean): void {
    this.path.pop();
    const { place } = this;
    const children = this.open[this.open.length - 1] as Map<string, Place>;
    place.keyStart = start;
    place.keyEnd = end;
    if (twice) this.duplicates.push({ path: this.path.slice(), key, first: children.get(key)!, second: place });
    children.set(key, place);
  }

  /** @param first where the element's first token begins */
  element(first: number): void {
    this.path.pop();
    const { place } = this;
    place.keyStart = first;
    if (place.valueStart === first) place.keyEnd = place.valueEnd;
    else {
      const inner = firstChild(place);
      place.keyEnd = inner !== undefined && inner.keyStart === first ? inner.keyEnd : first + 1;
    }
    (this.open[this.open.length - 1] as Place[]).push(place);
  }

  /** The keys of another mapping come into this one. */
  merge(source: Place | undefined): void {
    const children = this.open[this.open.length - 1] as Map<string, Place>;
    if (source?.children instanceof Map) for (const [key, place] of source.children) children.set(key, place);
  }

  /** @param start of a flow collection on one line, which is a place of its own; else -1 */
  end(start: number, end: number): void {
    this.place = newPlace();
    this.place.children = this.open.pop();
    this.place.valueStart = start;
    this.place.valueEnd = end;
  }
}

export function firstChild(place: Place): Place | undefined {
  const { children } = place;
  return Array.isArray(children) ? children[0] : children?.values().next().value;
}

function newPlace(): Place {
  return { keyStart: 0, keyEnd: 0, valueStart: -1, valueEnd: -1, children: undefined };
}
