import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../local/local-platform.ts';
import { SqliteStore } from '../local/sqlite/sqlite-store.ts';
import { describeTasks } from '../runtime/describe-tasks.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine, statusMark, table } from './format.ts';
import { UsageError } from './usage-error.ts';

const LISTED_RUNS = 50;

/** `status [RUN]` */
export async function statusCommand(runId: string | undefined, flags: { dataDir: string; json?: boolean }): Promise<number> {
  const path = join(flags.dataDir, STORE_FILE);
  if (!existsSync(path)) throw new UsageError(`there are no runs in ${flags.dataDir}`);
  const store = new SqliteStore({ path });
  try {
    if (runId === undefined) await listRuns(store, flags.json === true);
    else await showRun(store, runId, flags.json === true);
    return EXIT.completed;
  } finally {
    store.close();
  }
}

async function listRuns(store: SqliteStore, json: boolean): Promise<void> {
  const runs = await store.listRuns(LISTED_RUNS);
  if (json) {
    process.stdout.write(`${JSON.stringify({ runs })}\n`);
    return;
  }
  for (const run of runs)
    process.stdout.write(
      `${run.run_id}  ${run.status.padEnd(10)} ${run.created_at}  ${oneLine(run.plan_id, 60)} (${run.task_count} tasks)\n`,
    );
}

async function showRun(store: SqliteStore, runId: string, json: boolean): Promise<void> {
  const run = await store.getRun(runId);
  if (run === undefined) throw new UsageError(`there is no run ${runId}`);
  const tasks = describeTasks((await store.getSpec(runId))!, await store.listTasks(runId));
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...run, tasks })}\n`);
    return;
  }
  process.stdout.write(
    `${table([
      ['run', run.run_id],
      ['plan', oneLine(run.plan_id, 60)],
      ['status', run.status],
      ['created', run.created_at],
      ['ended', run.completed_at ?? '-'],
    ])}\n`,
  );
  for (const task of tasks) {
    const error = task.error === null ? '' : `  ${task.error.code} ${oneLine(task.error.message)}`;
    process.stdout.write(`  ${statusMark(task.status)} ${task.status.padEnd(10)} ${oneLine(task.name, 80)}${error}\n`);
  }
}
