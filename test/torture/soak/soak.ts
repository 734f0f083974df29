import { statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { ApiClient } from '../../../lib/client/api-client.ts';
import { STORE_FILE } from '../../../lib/local/local-platform.ts';
import type { Statistics } from '../../../lib/runtime/ports/runs.ts';
import { SHARED_POOL } from '../../simulation/sim-plans.ts';
import { checkFile } from '../check-run.ts';
import { checkSoakedRun } from './check-soaked-run.ts';
import { Footprints, type Thirds } from './footprints.ts';
import { ServedProcess } from './served-process.ts';
import { type SoakedRun, soakRun } from './soaked-run.ts';

const SHARED_PLACES = 20;
const RUNS_PAGE = 100;

export interface SoakOptions {
  readonly runs: number;
  readonly atOnce: number;
  readonly seed: number;
  /** `--max-old-space-size` of the process. */
  readonly heapMb: number;
  readonly dataDir: string;
  /** The first of the runs. */
  readonly from?: number;
  readonly onFailure?: (failed: FailedRun) => void;
}

/** What is left of a run once it is checked: a soak does not keep thousands of logs. */
export interface SoakedSummary {
  readonly index: number;
  readonly kind: SoakedRun['submitted']['kind'];
  readonly treatment: SoakedRun['treatment'];
  readonly status: string;
  readonly events: number;
  readonly executions: number;
}

export interface FailedRun {
  readonly index: number;
  readonly problems: readonly string[];
}

export interface SoakReport {
  /** Those that came to an end. */
  readonly runs: readonly SoakedSummary[];
  readonly failed: readonly FailedRun[];
  /** Of the process and its store as a whole. */
  readonly problems: readonly string[];
  readonly statistics: Statistics;
  readonly seconds: number;
  readonly lostAnswers: number;
  /** Bytes. */
  readonly liveHeap: Thirds;
  readonly resident: Thirds;
  readonly openFiles: Thirds;
  readonly storeBytes: number;
  readonly blobs: number;
}

/** Takes so many runs of all kinds, so many at once, through one process, and looks at each of them and at the process. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { runs, atOnce, seed, heapMb, dataDir, from = 0, onFailure } = options;
  const served = await ServedProcess.start(dataDir, heapMb);
  const { endpoint } = served;
  const client = new ApiClient({ endpoint });
  const footprints = new Footprints(served, runs);
  const done: SoakedSummary[] = [];
  const sums = { plans_executed: 0, tasks_executed: 0, tasks_completed: 0, tasks_failed: 0, tasks_retried: 0, tokens_used: 0 };
  const ids = new Set<string>();
  const begun = performance.now();
  const problems: string[] = [];
  let repeated = 0;
  let lostAnswers = 0;
  const failed: FailedRun[] = [];
  const note = (index: number, ofRun: readonly string[]): void => {
    if (ofRun.length === 0) return;
    failed.push({ index, problems: ofRun });
    onFailure?.({ index, problems: ofRun });
  };
  try {
    await client.putPool({ name: SHARED_POOL, limit: SHARED_PLACES });
    const waiting = Array.from({ length: runs }, (_, n) => from + n).values();
    const work = async (): Promise<void> => {
      for (const index of waiting) {
        if (!served.isRunning) return;
        try {
          const run = await soakRun(endpoint, seed, index);
          add(sums, run);
          repeated += run.repeated;
          lostAnswers += run.lostAnswers;
          ids.add(run.view.run_id);
          done.push(summaryOf(run));
          note(index, checkSoakedRun(run));
        } catch (error) {
          if (!served.isRunning) return;
          note(index, [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
        }
        footprints.runIsOver();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (!served.isRunning) problems.push(`the process ended when ${done.length} of ${runs} runs were over`);
    else problems.push(...(await checkService(client, sums, ids)));
  } finally {
    await footprints.end();
    problems.push(...(await served.stop()));
  }
  const store = join(dataDir, STORE_FILE);
  problems.push(...checkFile(store));
  const blobs = checkBlobs(store, ids, repeated);
  problems.push(...blobs.problems);
  return {
    runs: done,
    failed,
    problems,
    statistics: sums,
    lostAnswers,
    seconds: (performance.now() - begun) / 1000,
    liveHeap: footprints.liveHeap,
    resident: footprints.resident,
    openFiles: footprints.openFiles,
    storeBytes: statSync(store).size,
    blobs: blobs.count,
  };
}

function summaryOf({ index, treatment, submitted, view, events }: SoakedRun): SoakedSummary {
  return { index, kind: submitted.kind, treatment, status: view.status, events: events.length, executions: view.execution };
}

/** By its totals, which were compared with its log. */
function add(sums: Record<keyof Statistics, number>, { view: { totals } }: SoakedRun): void {
  sums.plans_executed++;
  sums.tasks_executed += totals?.executed ?? 0;
  sums.tasks_completed += totals?.completed ?? 0;
  sums.tasks_failed += totals?.failed ?? 0;
  sums.tasks_retried += totals?.retries ?? 0;
  sums.tokens_used += totals?.tokens ?? 0;
}

/** The statistics are the sums over all runs, the list has each run once, and no place is taken any more. */
async function checkService(client: ApiClient, sums: Statistics, ids: ReadonlySet<string>): Promise<string[]> {
  const problems: string[] = [];
  const { success_rate, failure_rate, ...statistics } = await client.getStats();
  if (JSON.stringify(statistics) !== JSON.stringify(sums))
    problems.push(`the statistics are ${JSON.stringify(statistics)}, the runs come to ${JSON.stringify(sums)}`);
  const decided = sums.tasks_completed + sums.tasks_failed;
  if (success_rate !== sums.tasks_completed / decided || failure_rate !== sums.tasks_failed / decided)
    problems.push(`the rates are ${success_rate} and ${failure_rate}`);

  const listed: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.listRuns({ limit: RUNS_PAGE, cursor });
    listed.push(...page.runs.map(({ run_id }) => run_id));
    cursor = page.next_cursor;
  }
  const unknown = listed.filter((id) => !ids.has(id));
  if (listed.length !== ids.size || new Set(listed).size !== listed.length || unknown.length > 0)
    problems.push(`${listed.length} runs are listed, ${new Set(listed).size} different, ${ids.size} were submitted; unknown: ${unknown}`);
  for (const { name, held, waiting_runs } of await client.listPools())
    if (held + waiting_runs > 0) problems.push(`the pool ${name} has ${held} places taken and ${waiting_runs} runs waiting`);
  return problems;
}

/** Every blob is of a run, or was brought by a submit that turned out to be a repetition. */
function checkBlobs(path: string, ids: ReadonlySet<string>, repeated: number): { readonly count: number; readonly problems: string[] } {
  const database = new DatabaseSync(path, { readOnly: true });
  const paths = database
    .prepare('SELECT key FROM blobs')
    .all()
    .map(({ key }) => String(key));
  database.close();
  const ofRuns = paths.filter((path) => /^runs\/[^/]+\/[\w-]+\/[\w-]+\.json$/.test(path));
  const uploads = paths.filter((path) => /^uploads\/[\w-]+$/.test(path));
  const unused = new Set(ofRuns.map((path) => path.split('/')[1]!).filter((id) => !ids.has(id)));
  const odd = paths.length - ofRuns.length - uploads.length;
  return {
    count: paths.length,
    problems: [
      ...(odd === 0 ? [] : [`${odd} blobs are left that are of no run`]),
      ...(Math.max(unused.size, uploads.length) <= repeated
        ? []
        : [`${unused.size} folders and ${uploads.length} uploads are left of ${repeated} repeated submits`]),
    ],
  };
}
