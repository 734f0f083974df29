import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

/*
 * Preloaded (`--import`) into a process that is to be killed between two of its steps: a step is a commit of the store, or a blob's
 * file coming into being. DIE_AT_STEP is `N before` or `N after`. A process that comes to its end says how many steps it made.
 */

const [step = '', when] = (process.env.DIE_AT_STEP ?? '').split(' ');
const fatal = Number(step);
let steps = 0;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (sql: string): void {
  if (sql !== 'COMMIT') return exec.call(this, sql);
  const dies = ++steps === fatal;
  if (dies && when === 'before') die();
  exec.call(this, sql);
  if (dies) die();
};

const { rename } = promises;
promises.rename = async (from, to) => {
  const dies = ++steps === fatal;
  if (dies && when === 'before') die();
  await rename(from, to);
  if (dies) die();
};
syncBuiltinESMExports();

process.on('exit', () => process.stderr.write(`steps: ${steps}\n`));
