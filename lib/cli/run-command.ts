import { VirtualClock } from '../local/virtual-clock.ts';
import type { JsonObject } from '../model/json.ts';
import { type OrchestratorStats, type PlanResult, TaskOrchestrator } from '../orchestrator.ts';
import type { RunEvent } from '../runtime/ports.ts';
import { EventFile } from './event-file.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine, table } from './format.ts';
import { loadPlan } from './load-plan.ts';
import { makeProgress, type Progress } from './progress.ts';
import { readJsonObject } from './read-input.ts';
import { reportPlanning } from './report-planning.ts';

export interface RunFlags {
  dataDir: string;
  context?: string;
  maxParallel?: number;
  events?: string;
  simulate?: boolean;
  json?: boolean;
}

const SHOWN_OUTPUTS = 20;

/** `run PLAN` */
export async function runCommand(path: string, flags: RunFlags): Promise<number> {
  return reportPlanning(flags.json === true, async () => {
    const input = loadPlan(path);
    const context: JsonObject = flags.context === undefined ? {} : readJsonObject(flags.context);
    const clock = flags.simulate ? new VirtualClock(Date.now()) : undefined;
    const listeners: ((event: RunEvent) => void)[] = [];
    const orchestrator = new TaskOrchestrator({
      clock,
      dataDir: flags.simulate ? undefined : flags.dataDir,
      maxParallelTasks: flags.maxParallel,
      onEvent: (event) => {
        for (const listen of listeners) listen(event);
      },
    });
    let progress: Progress | undefined;
    let events: EventFile | undefined;
    let runId: string | undefined;
    const stop = watchForInterrupt(
      () => runId,
      flags.dataDir,
      () => events?.close(),
    );
    try {
      const { plan } = orchestrator.compile(input);
      if (flags.events !== undefined) events = new EventFile(flags.events);
      if (flags.json !== true) {
        const names = new Map(plan.tasks.map((task) => [task.task_id, task.name]));
        progress = makeProgress({
          stream: process.stdout,
          taskCount: plan.tasks.length,
          nameOf: (id) => names.get(id) ?? id,
          now: () => clock?.now() ?? Date.now(),
        });
      }
      listeners.push((event) => {
        runId = event.run_id;
        events?.write(event);
        progress?.onEvent(event);
      });
      const result = await orchestrator.executePlan(input, context);
      progress?.end();
      progress = undefined;
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : describe(result, await orchestrator.getStats()));
      return EXIT.completed;
    } finally {
      progress?.end();
      events?.close();
      orchestrator.close();
      stop();
    }
  });
}

/** On Ctrl-C says where the run is kept; what is finished stays finished. */
function watchForInterrupt(runId: () => string | undefined, dataDir: string, cleanUp: () => void): () => void {
  const onInterrupt = (): void => {
    cleanUp();
    const id = runId();
    process.stderr.write(
      id === undefined ? '\ninterrupted\n' : `\ninterrupted; see: task-orchestrator status ${id} --data-dir ${dataDir}\n`,
    );
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

function describe(result: PlanResult, stats: OrchestratorStats): string {
  const outputs = Object.entries(result.outputs);
  const shown = outputs
    .slice(0, SHOWN_OUTPUTS)
    .map(([id, value]): [string, string] => [oneLine(id, 40), oneLine(JSON.stringify(value), 120)]);
  const more = outputs.length > SHOWN_OUTPUTS ? `  … and ${outputs.length - SHOWN_OUTPUTS} more: status ${result.run_id}\n` : '';
  const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;
  return [
    `\nRun ${result.run_id}: ${result.status}, ${result.completed_tasks} tasks completed, ${result.failed_tasks} failed`,
    `\nOutputs\n${table(shown)}\n${more}`,
    `Statistics\n${table([
      ['plans executed', stats.plans_executed],
      ['tasks executed', stats.tasks_executed],
      ['tasks completed', stats.tasks_completed],
      ['tasks failed', stats.tasks_failed],
      ['tasks retried', stats.tasks_retried],
      ['success rate', percent(stats.success_rate)],
    ])}\n`,
  ].join('\n');
}
