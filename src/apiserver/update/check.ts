import { asObject, at, type JsonObject } from '../../api/manifest.ts';
import type { Type } from '../../api/table.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, type CauseType, forbidden } from '../cause.ts';
import { printGo } from '../go-print.ts';
import type { Place } from './defaults.ts';
import { type Difference, fieldDifference } from './difference.ts';

/** What the server refuses of an update. Where it prints its own Go struct or a diff, `message` is only what it says at the end, or before. */
export interface UpdateCause extends Cause {
  /** What must hold beside what is known, as a message goes on with: `unless …`. */
  readonly unless?: string;
  /** An admission plugin says it: the server returns no StatusCause, and `message` is all that it says. */
  readonly admission?: true;
  /** A rule of a definition says it. It may let other changes of the field through. */
  readonly byRule?: true;
}

/** An object as it is there and as it would be, and what is found wrong with that. */
export class Check {
  readonly causes: UpdateCause[] = [];
  readonly old: JsonObject;
  readonly next: JsonObject;
  readonly type: Type;
  readonly minor: number;
  /** The old object is what the server stores, not a manifest: what is not in it is not set. */
  readonly stored: boolean;

  constructor(old: JsonObject, next: JsonObject, how: { readonly type: Type; readonly minor: number; readonly stored: boolean }) {
    this.old = old;
    this.next = next;
    this.type = how.type;
    this.minor = how.minor;
    this.stored = how.stored;
  }

  /** The first sure difference of a field; undefined where there is none that is sure. */
  changed(path: Path, old: JsonObject = this.old, next: JsonObject = this.next, place?: Place): Difference | undefined {
    const above = path.slice(0, -1);
    const type = typeAt(this.type, above);
    if (type === undefined) return undefined;
    const [before, after] = [asObject(at(old, above)) ?? {}, asObject(at(next, above)) ?? {}];
    const found = fieldDifference(before, after, type, path.at(-1) as string, path, place);
    return found?.sure ? found : undefined;
  }

  /**
   * `field is immutable`, of a field that differs. Most fields are printed with their new value before it; `print` gives that as the server has it.
   * @returns whether it differs
   */
  immutable(path: Path, print?: (value: unknown) => unknown, says = 'field is immutable'): boolean {
    const found = this.changed(path);
    if (found === undefined) return false;
    const message = print === undefined ? says : `Invalid value: ${printGo(print(at(this.next, path)))}: ${says}`;
    this.add('FieldValueInvalid', path, message, found.path);
    return true;
  }

  forbid(path: Path, says: string, where: Path = path): void {
    this.causes.push({ ...forbidden(path, says), at: where });
  }

  add(type: CauseType, path: Path, message: string, where: Path = path, more: Pick<UpdateCause, 'field' | 'unless'> = {}): void {
    this.causes.push({ type, path, message, at: where, ...more });
  }

  /** The object at a path of the old or the new one; empty where there is none. */
  oldAt(...path: (string | number)[]): JsonObject {
    return asObject(at(this.old, path)) ?? {};
  }

  nextAt(...path: (string | number)[]): JsonObject {
    return asObject(at(this.next, path)) ?? {};
  }
}

/** The type of what stands at a path of an object of a type. */
export function typeAt(type: Type, path: Path): Type | undefined {
  let here: Type | undefined = type;
  for (const step of path) here = typeof step === 'number' || here?.kind === 'map' ? here?.of : here?.fields.get(step)?.type;
  return here;
}

/** Prints a value as it is. */
export const plainly = (value: unknown): unknown => value ?? null;
