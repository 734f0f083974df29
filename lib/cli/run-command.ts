import { VirtualClock } from '../local/virtual-clock.ts';
import type { JsonObject } from '../model/json.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import type { PlanResult } from '../plan-result.ts';
import { preparePlan } from '../prepare-plan.ts';
import type { RunEvent } from '../runtime/ports.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { checkWritable, EventFile } from './event-file.ts';
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

/** `run PLAN`: whatever is wrong with the plan or the flags is said before anything is written. */
export async function runCommand(path: string, flags: RunFlags): Promise<number> {
  const json = flags.json === true;
  return reportPlanning(json, async () => {
    const prepared = preparePlan(loadPlan(path), { maxParallelTasks: flags.maxParallel });
    const context: JsonObject = flags.context === undefined ? {} : readJsonObject(flags.context);
    if (flags.events !== undefined) checkWritable(flags.events);
    const clock = flags.simulate ? new VirtualClock(Date.now()) : undefined;
    let listen: (event: RunEvent) => void = () => {};
    const orchestrator = new TaskOrchestrator({
      clock,
      dataDir: flags.simulate ? undefined : flags.dataDir,
      onEvent: (event) => listen(event),
    });
    const output = new RunOutput(flags, json ? undefined : progressOf(prepared.plan.tasks, () => clock?.now() ?? Date.now()));
    listen = (event) => output.onEvent(event);
    process.once('SIGINT', output.onInterrupt);
    try {
      output.open();
      const result = await orchestrator.executePrepared(prepared, context);
      output.close();
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result, await orchestrator.getStats()));
      return EXIT.completed;
    } finally {
      output.close();
      orchestrator.close();
      process.off('SIGINT', output.onInterrupt);
    }
  });
}

function progressOf(tasks: readonly { task_id: string; name: string }[], now: () => number): Progress {
  const names = new Map(tasks.map((task) => [task.task_id, task.name]));
  return makeProgress({ stream: process.stdout, taskCount: tasks.length, nameOf: (id) => names.get(id) ?? id, now });
}

/** Where the events of a run go: its file and the terminal. */
class RunOutput {
  readonly #flags: RunFlags;
  readonly #progress: Progress | undefined;
  #events: EventFile | undefined;
  #runId: string | undefined;
  #closed = false;

  constructor(flags: RunFlags, progress: Progress | undefined) {
    this.#flags = flags;
    this.#progress = progress;
  }

  open(): void {
    if (this.#flags.events !== undefined) this.#events = new EventFile(this.#flags.events);
  }

  onEvent(event: RunEvent): void {
    this.#runId = event.run_id;
    this.#events?.write(event);
    this.#progress?.onEvent(event);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#progress?.end();
    this.#events?.close();
  }

  /** On Ctrl-C says where the run is kept; what is finished stays finished. */
  readonly onInterrupt = (): void => {
    this.close();
    const where =
      this.#runId === undefined || this.#flags.simulate
        ? ''
        : `; see: task-orchestrator status ${this.#runId} --data-dir ${this.#flags.dataDir}`;
    process.stderr.write(`\ninterrupted${where}\n`);
    process.exit(EXIT.interrupted);
  };
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
