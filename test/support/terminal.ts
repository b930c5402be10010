import { main, type Terminal } from '../../src/commands/main.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as a shell would, in `cwd`; standard output is no terminal unless `terminal` says so. */
export async function runCommand(argv: readonly string[], cwd: string, terminal: Partial<Terminal> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await main(argv, {
    cwd,
    env: {},
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    columns: undefined,
    node: '20.19.0',
    usage: () => ({ cpuMilliseconds: 0, memoryBytes: 0 }),
    ...terminal,
  });
  return { code, out, err };
}
