import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TaskOrchestrator, VirtualClock } from '../../lib/index.ts';
import { planOf } from '../plan-of.ts';
import { type ExampleResult, runsOn } from '../run-plan.ts';
import { PIPELINE_CASES } from './pipeline-body.ts';
import { openWarehouse, pipelineTools } from './tools.ts';

describe('the data pipeline', () => {
  it.each(Object.entries(PIPELINE_CASES))('%s', async (_, runsCase) => {
    await runsCase(runsOn(new TaskOrchestrator({ clock: new VirtualClock() })));
  });
});

describe('the data pipeline, with tools in this process', () => {
  let folder: string;
  let orders: string;
  let warehouse: ReturnType<typeof openWarehouse>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    orders = join(folder, 'orders');
    cpSync(join(import.meta.dirname, 'orders'), orders, { recursive: true });
    warehouse = openWarehouse(':memory:');
  });
  afterEach(() => {
    warehouse.close();
    rmSync(folder, { recursive: true });
  });

  const run = (): Promise<ExampleResult> => {
    const places = { orders, staging: join(folder, 'staging'), warehouse };
    return runsOn(new TaskOrchestrator({ clock: new VirtualClock(), ...pipelineTools(places) }))(planOf('data-pipeline'));
  };
  const sumOf = (table: string): unknown =>
    warehouse.prepare(`SELECT COUNT(DISTINCT day) AS days, SUM(cents) AS cents FROM ${table}`).get();

  it('publishes the revenue of all days but for the row that is none', async () => {
    const { status, outputs } = await run();

    expect(status).toBe('completed');
    expect(outputs.quality).toEqual({ data: { rejected_ratio: 1 / 60 } });
    expect(sumOf('revenue')).toEqual({ days: 5, cents: 638_709 });
    expect(sumOf('loaded')).toEqual({ days: 0, cents: null });
    expect(existsSync(join(folder, 'staging'))).toBe(false);
  });

  it('rolls back where too many rows are bad', async () => {
    appendFileSync(join(orders, '2026-03-02.csv'), '1,birch,\n2,birch,\n3,,1.00\n');

    const { status, tasks } = await run();

    expect(status).toBe('completed');
    expect([tasks.publish!.status, tasks.rollback!.status]).toEqual(['skipped', 'completed']);
    expect([sumOf('revenue'), sumOf('loaded')]).toEqual([
      { days: 0, cents: null },
      { days: 0, cents: null },
    ]);
  });

  it('rolls back where a day cannot be read', async () => {
    writeFileSync(join(orders, '2026-03-05.csv'), 'order;customer;amount\n');

    const { status, tasks } = await run();

    expect(status).toBe('failed');
    expect(tasks['partitions/4/validate']).toMatchObject({ status: 'failed' });
    expect(sumOf('loaded')).toEqual({ days: 0, cents: null });
    expect(existsSync(join(folder, 'staging'))).toBe(false);
  });
});
