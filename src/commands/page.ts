import pc from 'picocolors';
import { wantsColor } from '../report/color.ts';
import { displayWidth, pad } from '../report/width.ts';
import { wrap } from '../report/words.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** Lines longer than this are hard to read, shorter ones no use. */
const WIDEST = 100;
const NARROWEST = 40;

/** Text laid out for a terminal: wrapped, indented, and `code` painted. */
export class Page {
  readonly colors: Colors;
  /** For text. */
  readonly width: number;
  /** For tables: all that the terminal has; without one, no end. */
  readonly wide: number;
  readonly #lines: string[] = [];

  constructor(args: Pick<Arguments, 'values'>, terminal: Terminal) {
    const flag = args.values['color'] === true ? true : args.values['no-color'] === true ? false : undefined;
    this.colors = pc.createColors(wantsColor({ env: terminal.env, flag, isTTY: terminal.outIsTerminal }));
    this.width = Math.min(WIDEST, Math.max(NARROWEST, terminal.columns ?? WIDEST));
    this.wide = terminal.outIsTerminal ? Math.max(NARROWEST, terminal.columns ?? WIDEST) : Number.POSITIVE_INFINITY;
  }

  /** @param hang columns by which its second line is set in */
  heading(text: string, hang = 0): this {
    for (const [i, line] of wrap(text, this.width - hang).entries())
      this.line((i === 0 ? '' : ' '.repeat(hang)) + this.colors.bold(line));
    return this;
  }

  line(text = ''): this {
    this.#lines.push(text);
    return this;
  }

  /** A paragraph. */
  text(text: string, indent = 0): this {
    const lines = wrap(text, this.width - indent);
    let open = false;
    for (const line of lines) {
      const [painted, still] = this.#code(line, open);
      open = still;
      this.#lines.push(' '.repeat(indent) + painted);
    }
    return this;
  }

  /** A name and what it stands for, in two columns. */
  field(name: string, text: string, indent: number, column: number): this {
    const start = ' '.repeat(indent) + this.colors.dim(pad(name, column - indent));
    // A name that is too wide has a line of its own.
    const own = displayWidth(name) >= column - indent;
    const lines = wrap(text, this.width - column);
    if (own) this.#lines.push(start.trimEnd());
    let open = false;
    for (const [i, line] of lines.entries()) {
      const [painted, still] = this.#code(line, open);
      open = still;
      this.#lines.push((i === 0 && !own ? start : ' '.repeat(column)) + painted);
    }
    return this;
  }

  /** Paints what stands between backticks; without colour they stay. A span may go on over a line's end. */
  #code(line: string, open: boolean): [string, boolean] {
    const { colors } = this;
    if (!line.includes('`') && !open) return [line, false];
    if (!colors.isColorSupported) return [line, false];
    const parts = line.split('`');
    const painted = parts.map((part, i) => ((i % 2 === 1) !== open && part !== '' ? colors.cyan(part) : part)).join('');
    return [painted, (parts.length % 2 === 0) !== open];
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
