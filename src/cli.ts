import { writeSync } from 'node:fs';
import { main } from './commands/main.ts';

// A reader that has seen enough (`podlint … | head`) is no error: the rest is not written, and the exit code stands.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Settles when the command has ended; the loader then keeps the compiled code for the next run. */
export const done = main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  out: (text) =>
    new Promise((resolve) => {
      process.stdout.write(text, () => resolve());
    }),
  err: (text) => {
    try {
      writeSync(2, text);
    } catch {
      // Nobody reads standard error.
    }
  },
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  node: process.versions.node,
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMilliseconds: (user + system) / 1000, memoryBytes: process.memoryUsage().rss };
  },
}).then((code) => {
  process.exitCode = code;
});
