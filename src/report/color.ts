/** Whether to write colour. */

export interface ColorQuestion {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--color` true, `--no-color` false, neither undefined. */
  readonly flag?: boolean | undefined;
  /** Of the stream that is written to, not of another one. */
  readonly isTTY: boolean;
}

/**
 * The flag wins over all; then NO_COLOR (any value but the empty one: no-color.org); then FORCE_COLOR (`0` and `false` mean no,
 * as Node and supports-color read it); then a terminal that is not dumb.
 */
export function wantsColor({ env, flag, isTTY }: ColorQuestion): boolean {
  if (flag !== undefined) return flag;
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}
