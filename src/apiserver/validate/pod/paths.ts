import type { At, Scope } from '../scope.ts';

/**
 * Paths in files and volumes.
 * Mirrors validateLocalDescendingPath, validatePathNoBacksteps and ValidateLocalNonReservedPath of pkg/apis/core/validation.
 */
export function hasBackstep(path: string): boolean {
  return path.includes('..') && path.split('/').includes('..');
}

export function validateNoBacksteps(v: Scope, at: At, path: string, field?: string): void {
  if (hasBackstep(path)) v.invalid(at, path, "must not contain '..'", field);
}

/** A relative path without `..` elements. */
export function validateDescendingPath(v: Scope, at: At, path: string, field?: string): void {
  if (path.startsWith('/')) v.invalid(at, path, 'must be a relative path', field);
  validateNoBacksteps(v, at, path, field);
}

/** A relative path without `..` elements that does not start with `..`, which volumes keep for themselves. */
export function validateNonReservedPath(v: Scope, at: At, path: string, field?: string): void {
  validateDescendingPath(v, at, path, field);
  if (path.startsWith('..') && !path.startsWith('../')) v.invalid(at, path, "must not start with '..'", field);
}
