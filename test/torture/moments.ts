import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { STORE_FILE } from '../../lib/local/local-platform.ts';

/** How far a run had come when its process was killed, in order. */
export const MOMENTS = [
  'before accepted',
  'queued',
  'executing',
  'finishing',
  'settling',
  'settled',
  'queued again',
  'planned again',
  'executing again',
  'finishing again',
  'after end',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Hit {
  readonly moment: Moment;
  readonly runId: string | undefined;
}

interface Row {
  readonly run: number;
  readonly run_id: string;
  readonly status: string;
  readonly execution: number;
  readonly planned: number;
  readonly task_count: number;
  readonly error: string | null;
}

const NOTHING: Hit = { moment: 'before accepted', runId: undefined };

/** Looks at the file that a killed process has left, and leaves it as it is. */
export function momentOf(dataDir: string): Hit {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return NOTHING;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'runs'").get();
    if (tables === undefined) return NOTHING;
    const row = database.prepare('SELECT * FROM runs').get() as Row | undefined;
    if (row === undefined) return NOTHING;
    return { moment: nameOf(row, database), runId: row.run_id };
  } finally {
    database.close();
  }
}

function nameOf({ run, status, execution, planned, task_count, error }: Row, database: DatabaseSync): Moment {
  if (status === 'failed' && error !== null && (JSON.parse(error) as { code: string }).code === 'E5200') return 'settled';
  if (status === 'completed' || status === 'failed') return 'after end';
  if (status === 'queued') return execution === 1 ? 'queued' : planned === execution ? 'planned again' : 'queued again';
  const count = (where: string): number =>
    (database.prepare(`SELECT count(*) AS n FROM tasks WHERE run = ? AND status ${where}`).get(run) as { n: number }).n;
  if (count("= 'cancelled'") > 0) return 'settling';
  const isLast = count("IN ('completed', 'failed', 'blocked')") === task_count;
  const name = isLast ? 'finishing' : 'executing';
  return execution === 1 ? name : `${name} again`;
}
