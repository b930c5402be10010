/**
 * Keys repeat: `name`, `metadata`, `type`. One string for all of their occurrences saves making it, and V8 adds
 * properties faster by a string that it knows already. A slot holds the last key that fell into it.
 */
const SLOTS = 2048;
const WIDTH = 32;

export class KeyCache {
  private readonly keys: string[] = new Array(SLOTS).fill('');
  private readonly codes = new Uint16Array(SLOTS * WIDTH);

  /**
   * The text between two offsets as a string.
   * @param hash any function of its characters, the same each time
   */
  get(text: string, source: Uint16Array, start: number, end: number, hash: number): string {
    const length = end - start;
    if (length > WIDTH) return text.slice(start, end);
    const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
    const key = this.keys[slot]!;
    const { codes } = this;
    const base = slot * WIDTH;
    if (key.length === length) {
      let i = 0;
      while (i < length && codes[base + i] === source[start + i]) i++;
      if (i === length) return key;
    }
    // As a property's name the string becomes the one that V8 keeps of this text.
    const made = text.slice(start, end);
    for (let i = 0; i < length; i++) codes[base + i] = source[start + i]!;
    this.keys[slot] = made;
    return made;
  }
}
