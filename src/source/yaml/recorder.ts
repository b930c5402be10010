import { type DuplicatePlace, type Place, withinLine } from './places.ts';

/**
 * Builds the tree of places while the fast reader reads. `place` is always that of the node read last; its key is told
 * by whoever has asked for the node.
 */
export class Recorder {
  readonly duplicates: DuplicatePlace[] = [];
  place: Place = newPlace();
  private readonly text: string;
  private readonly open: Open[] = [];
  private readonly path: (string | number)[] = [];

  constructor(text: string) {
    this.text = text;
  }

  scalar(start: number, end: number): void {
    this.place = newPlace();
    this.place.valueStart = start;
    this.place.valueEnd = withinLine(this.text, start, end);
  }

  /** Nothing is written; its key stands for it, or, in a list, the character at `start`. */
  nothing(start: number): void {
    this.place = newPlace();
    this.place.keyStart = start;
    this.place.keyEnd = start + 1;
  }

  /** @param start of the collection's first token: a key, a dash or a bracket */
  begin(isMapping: boolean, start: number): void {
    this.open.push({ start, end: start + 1, children: isMapping ? new Map<string, Place>() : [] });
  }

  /** The next node belongs to this key or index. */
  enter(key: string | number): void {
    this.path.push(key);
  }

  /** @param twice the key was there already */
  entry(key: string, start: number, end: number, twice: boolean): void {
    this.path.pop();
    const { place } = this;
    const open = this.open[this.open.length - 1]!;
    const children = open.children as Map<string, Place>;
    if (start === open.start) open.end = end;
    place.keyStart = start;
    place.keyEnd = end;
    if (twice) this.duplicates.push({ path: this.path.slice(), key, first: children.get(key)!, second: place });
    children.set(key, place);
  }

  element(): void {
    this.path.pop();
    const { place } = this;
    if (place.valueStart >= 0) {
      place.keyStart = place.valueStart;
      place.keyEnd = place.valueEnd;
    }
    (this.open[this.open.length - 1]!.children as Place[]).push(place);
  }

  /** The keys of another mapping come into this one. */
  merge(source: Place | undefined): void {
    const children = this.open[this.open.length - 1]!.children as Map<string, Place>;
    if (source?.children instanceof Map) for (const [key, place] of source.children) children.set(key, place);
  }

  /** @param end of a flow collection on one line, which is a place of its own; else -1 */
  end(end: number): void {
    const open = this.open.pop()!;
    this.place = newPlace();
    this.place.children = open.children;
    // As long as nobody gives it a key, its first token is its place.
    this.place.keyStart = open.start;
    this.place.keyEnd = open.end;
    if (end < 0) return;
    this.place.valueStart = open.start;
    this.place.valueEnd = end;
  }
}

interface Open {
  readonly start: number;
  end: number;
  readonly children: Map<string, Place> | Place[];
}

export function firstChild(place: Place): Place | undefined {
  const { children } = place;
  return Array.isArray(children) ? children[0] : children?.values().next().value;
}

function newPlace(): Place {
  return { keyStart: 0, keyEnd: 0, valueStart: -1, valueEnd: -1, children: undefined };
}
