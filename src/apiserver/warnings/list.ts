import { fieldPath, type Path } from '../../source/path.ts';
import type { Warning } from './index.ts';

/** The server's headers end at 4096 characters, so that nobody would read as many warnings as this. */
const MOST = 1000;

/**
 * Warnings in the order in which the server finds them, each text once (apiserver/pkg/endpoints/filters/warning.go does so).
 * `base` is where the template stands in its object; of an object itself it is empty.
 */
export class WarningList {
  readonly base: Path;
  readonly minor: number;
  readonly found: Warning[] = [];
  private readonly said = new Set<string>();

  constructor(base: Path, minor: number) {
    this.base = base;
    this.minor = minor;
  }

  /** Nothing more is taken. */
  get isFull(): boolean {
    return this.found.length >= MOST;
  }

  /** Says `text` of the field at `at`, which is relative to the base. */
  add(at: Path, text: string): void {
    if (this.isFull) return;
    const path = [...this.base, ...at];
    this.push(path, `${fieldPath(path)}: ${text}`);
  }

  /** Points at `at` with a text that names no place, or another. */
  addBare(at: Path, text: string): void {
    this.push([...this.base, ...at], text);
  }

  /** The field as messages name it. */
  fieldOf(at: Path): string {
    return fieldPath([...this.base, ...at]);
  }

  private push(path: Path, message: string): void {
    if (this.isFull || this.said.has(message)) return;
    this.said.add(message);
    this.found.push({ path, message });
  }
}
