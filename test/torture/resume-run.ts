import { TaskOrchestrator } from '../../lib/orchestrator.ts';

/* `resume-run.ts RUN DATA_DIR`: takes a run to its end whose process was killed. Exit code 3: another does it, or it has ended. */

const [runId = '', dataDir = ''] = process.argv.slice(2);
const orchestrator = new TaskOrchestrator({ dataDir });
try {
  await orchestrator.settleOrphans();
  if ((await orchestrator.status(runId)).status === 'queued') await orchestrator.drive(runId);
  else await orchestrator.resume(runId);
  const { status } = await orchestrator.wait(runId);
  process.stdout.write(`${status}\n`);
} catch (error) {
  if (!(error instanceof Error) || error.name !== 'ControlRefusedError') throw error;
  process.stdout.write(`refused: ${error.message}\n`);
  process.exitCode = 3;
} finally {
  orchestrator.close();
}
