import { writeSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/*
 * Preloaded (`--import`) into a process that is to be killed just before or after something it does. DIE_ON_CUE is one of
 *
 *   step N before|after      its Nth step: a commit of the store, or a blob's file coming into being
 *   change N before|after    the Nth commit with which a run changes: accepted, planned, started, settled, queued anew, ended
 *
 * The process says when it has first changed a run, and at its end how many steps it made.
 */

const [kind, number, when] = (process.env.DIE_ON_CUE ?? '').split(' ');
const CHANGES_RUN = /^\s*(INSERT INTO runs|UPDATE runs SET (status|plan_id))/;
let steps = 0;
let changes = 0;
let changesRun = false;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function isCue(isChange: boolean): boolean {
  steps++;
  if (isChange) changes++;
  return kind === 'step' ? steps === Number(number) : kind === 'change' && isChange && changes === Number(number);
}

const { exec, prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql: string): void {
  const dies = sql === 'COMMIT' && isCue(changesRun);
  const isFirst = sql === 'COMMIT' && changesRun && changes === 1;
  changesRun = false;
  if (dies && when === 'before') die();
  exec.call(this, sql);
  if (dies) die();
  if (isFirst) writeSync(2, 'begun\n');
};

DatabaseSync.prototype.prepare = function (sql: string): StatementSync {
  const statement = prepare.call(this, sql);
  if (!CHANGES_RUN.test(sql)) return statement;
  return new Proxy(statement, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== 'function') return method;
      return (...values: readonly unknown[]) => {
        changesRun = true;
        return Reflect.apply(method, target, values);
      };
    },
  });
};

const { rename } = promises;
promises.rename = async (from, to) => {
  const dies = isCue(false);
  if (dies && when === 'before') die();
  await rename(from, to);
  if (dies) die();
};
syncBuiltinESMExports();

process.on('exit', () => process.stderr.write(`steps: ${steps}\n`));
