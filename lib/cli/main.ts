#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { runCli } from './program.ts';

// nobody reads on (`| head`): the run goes on all the same
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await runCli(process.argv.slice(2));
