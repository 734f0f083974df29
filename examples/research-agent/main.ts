import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskOrchestrator } from '../../lib/index.ts';
import { planOf } from '../plan-of.ts';
import { printRun } from '../print-run.ts';
import { researchExecutors } from './agents.ts';

const folder = mkdtempSync(join(tmpdir(), 'research-'));
const reports = join(folder, 'reports');
const orchestrator = new TaskOrchestrator(researchExecutors({ workspace: join(folder, 'workspace'), reports }, console.log));
try {
  await printRun(orchestrator, planOf('research-agent'));
  console.log(readFileSync(join(reports, 'report.md'), 'utf8'));
} finally {
  orchestrator.close();
  rmSync(folder, { recursive: true });
}
