import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskOrchestrator } from '../../lib/index.ts';
import { planOf } from '../plan-of.ts';
import { printRun } from '../print-run.ts';
import { openWarehouse, pipelineTools } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
const warehouse = openWarehouse(join(folder, 'warehouse.db'));
const places = { orders: join(import.meta.dirname, 'orders'), staging: join(folder, 'staging'), warehouse };
const orchestrator = new TaskOrchestrator(pipelineTools(places));
try {
  await printRun(orchestrator, planOf('data-pipeline'));
  console.table(warehouse.prepare('SELECT customer, SUM(cents) / 100.0 AS revenue FROM revenue GROUP BY customer').all());
} finally {
  orchestrator.close();
  warehouse.close();
  rmSync(folder, { recursive: true });
}
