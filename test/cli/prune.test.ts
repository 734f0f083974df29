import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { newRun, runSpec, totals } from '../contract/factories.ts';
import { cli, scratch } from './command-line.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

/** A folder with a run that ended each so many days ago, and one that goes on. Each has a blob. */
async function folderWith(...ends: readonly number[]): Promise<string> {
  const cwd = scratch();
  const dataDir = join(cwd, '.task-orchestrator');
  const store = new SqliteStore({ path: join(dataDir, STORE_FILE) });
  const created_at = daysAgo(1000);
  const make = async (run_id: string): Promise<void> => {
    await store.createRun(newRun(run_id, { created_at }), runSpec(1));
    await store.blobs.put(`runs/${run_id}/machines.json`, Buffer.from('[]'));
  };
  await make('unfinished');
  await store.startRun('unfinished', created_at);
  for (const days of ends) {
    await make(`ended-${days}`);
    await store.endRun(`ended-${days}`, { status: 'completed', error: null, totals: totals(), at: daysAgo(days) });
  }
  store.close();
  return cwd;
}

function runsIn(cwd: string): string[] {
  const { runs } = JSON.parse(cli(['status', '--json'], { cwd }).stdout) as { runs: { run_id: string }[] };
  return runs.map(({ run_id }) => run_id).sort();
}

function blobsIn(cwd: string): string[] {
  using database = new DatabaseSync(join(cwd, '.task-orchestrator', STORE_FILE), { readOnly: true });
  return database
    .prepare('SELECT key FROM blobs ORDER BY key')
    .all()
    .map(({ key }) => String(key));
}

describe('prune', () => {
  it('removes runs that ended longer ago, with their blobs, and none that goes on', async () => {
    const cwd = await folderWith(29, 31, 60);

    const { stdout, status } = cli(['prune', '--older-than', '30'], { cwd });

    expect({ stdout, status }).toEqual({ stdout: 'removed 2 runs\n', status: 0 });
    expect(runsIn(cwd)).toEqual(['ended-29', 'unfinished']);
    expect(blobsIn(cwd)).toEqual(['runs/ended-29/machines.json', 'runs/unfinished/machines.json']);
  });

  it('tells as JSON, and knows parts of days', async () => {
    const cwd = await folderWith(0.4, 0.6);

    expect(JSON.parse(cli(['prune', '--older-than', '0.5', '--json'], { cwd }).stdout)).toEqual({ removed: 1 });

    expect(runsIn(cwd)).toEqual(['ended-0.4', 'unfinished']);
  });

  it('removes all that have ended where they are not to be kept at all', async () => {
    const cwd = await folderWith(1);

    expect(cli(['prune', '--older-than', '0'], { cwd }).stdout).toBe('removed 1 run\n');

    expect(runsIn(cwd)).toEqual(['unfinished']);
  });

  it.each([
    [['prune'], '--older-than'],
    [['prune', '--older-than', '-1'], 'It must be a number'],
    [['prune', '--older-than', 'soon'], 'It must be a number'],
    [['prune', '--older-than', ''], 'It must be a number'],
    [['prune', '--older-than', '1'], 'there are no runs in .task-orchestrator'],
  ])('%j is not understood where nothing was run', (args, message) => {
    const cwd = scratch();

    const { stderr, status } = cli(args, { cwd });

    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(cwd, '.task-orchestrator'))).toBe(false);
  });
});
