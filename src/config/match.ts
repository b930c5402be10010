import path from 'node:path';

/**
 * Path patterns of a configuration file against reported file names, with the meaning they have in a .gitignore: `*` within a segment,
 * `**` over segments, a folder's name means all below it, `!` takes back. Relative to the configuration file's folder.
 */
export async function pathMatcher(patterns: readonly string[], home: string, cwd: string): Promise<(file: string) => boolean> {
  const { default: ignore } = await import('ignore');
  const matcher = ignore().add(patterns.map((pattern) => pattern.replace(/^\.\//, '/')));
  return (file) => {
    const name = path.relative(home, path.resolve(cwd, file)).split(path.sep).join('/');
    return name !== '' && !name.startsWith('../') && !path.isAbsolute(name) && matcher.ignores(name);
  };
}
