import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { readKeptPlan } from '../../lib/planning/kept-plan.ts';
import { readMachines } from '../../lib/runtime/kept-machines.ts';
import { checkLog } from './check-log.ts';
import { type KillPlan, LIMIT } from './kill-plan.ts';
import { endOf, type RunEnd } from './reference.ts';

const COORDINATION = ['gates', 'arrivals', 'tokens', 'holders', 'waiting', 'mail'];

/** What is wrong with the only run of a folder, which has come to its end through so many deaths. */
export async function checkRun(dataDir: string, runId: string, plan: KillPlan, reference: RunEnd, deaths: number): Promise<string[]> {
  const path = join(dataDir, STORE_FILE);
  const problems = checkFile(path);
  const store = new SqliteStore({ path });
  try {
    const { problems: ofLog, lost } = checkLog(plan, await store.listEvents(runId, 0, 100_000), LIMIT);
    problems.push(...ofLog, ...compare(await endOf(store, runId), reference, plan));
    const { execution } = (await store.getRun(runId))!;
    if (execution > deaths + 1) problems.push(`${execution} executions after ${deaths} deaths`);
    if (lost > deaths * LIMIT) problems.push(`${lost} attempts were lost to ${deaths} deaths`);
    problems.push(...(await checkStatistics(store, runId)), ...(await checkBlobs(store, runId)));
  } finally {
    store.close();
  }
  return problems;
}

function compare(end: RunEnd, reference: RunEnd, { tasks }: KillPlan): string[] {
  const problems: string[] = [];
  if (end.status !== reference.status || end.error !== reference.error)
    problems.push(`the run is ${end.status} ${end.error}, not ${reference.status} ${reference.error}`);
  for (const [ordinal, { task_id }] of tasks.entries()) {
    const is = JSON.stringify(end.tasks[ordinal]);
    const was = JSON.stringify(reference.tasks[ordinal]);
    if (is !== was) problems.push(`${task_id} is ${is}, not ${was}`);
  }
  return problems;
}

/** SQLite finds the file whole, and nothing is left in it of what only matters while a run goes on. */
export function checkFile(path: string): string[] {
  const database = new DatabaseSync(path);
  try {
    const { integrity_check: verdict } = database.prepare('PRAGMA integrity_check').get() as { integrity_check: string };
    const left = COORDINATION.map((table) => [table, (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n]);
    return [
      ...(verdict === 'ok' ? [] : [`the file: ${verdict}`]),
      ...left.filter(([, rows]) => rows !== 0).map(([table, rows]) => `${rows} rows are left in ${table}`),
    ];
  } finally {
    database.close();
  }
}

/** The sums are of the one run, counted from its tasks. */
async function checkStatistics(store: SqliteStore, runId: string): Promise<string[]> {
  const tasks = await store.listTasks(runId);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const expected = {
    plans_executed: 1,
    tasks_executed: tasks.filter(({ attempt }) => attempt > 0).length,
    tasks_completed: tasks.filter(({ status }) => status === 'completed').length,
    tasks_failed: tasks.filter(({ status }) => status === 'failed').length,
    tasks_retried: sum(tasks.map(({ attempt }) => Math.max(0, attempt - 1))),
    tokens_used: sum(tasks.map(({ outputs }) => Number(outputs?.tokens_used ?? 0))),
  };
  const is = JSON.stringify({ ...(await store.getStatistics()) });
  const problems = is === JSON.stringify(expected) ? [] : [`the statistics are ${is}, not ${JSON.stringify(expected)}`];
  const { totals, tokens_used } = (await store.getRun(runId))!;
  if (JSON.stringify(totals) !== JSON.stringify(await store.countTasks(runId))) problems.push('the totals of the run are not its tasks');
  if (tokens_used !== expected.tokens_used) problems.push(`the run has used ${tokens_used} tokens, not ${expected.tokens_used}`);
  return problems;
}

/** The plan and the machines of its last execution can be read. */
async function checkBlobs(store: SqliteStore, runId: string): Promise<string[]> {
  const { blobs } = store;
  const { order, planned, execution } = (await store.getControl(runId))!;
  try {
    await readKeptPlan(blobs, runId, order.plan_folder);
    // one that had nothing left to do was never planned
    if (planned === execution) await readMachines(blobs, { runId, folder: order.folder });
    return [];
  } catch (error) {
    return [String(error)];
  }
}
