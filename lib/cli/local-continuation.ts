import { parsePlan } from '../model/parse-plan.ts';
import type { Task } from '../model/plan.ts';
import type { TaskStatus } from '../model/run.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import type { PlanResult } from '../results/plan-result.ts';
import type { RetryOptions } from '../run-control/run-controls.ts';
import { permitted, RunUnknownError } from '../runtime/control-run.ts';
import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { someIds } from './describe-control.ts';
import { inFolder, interruptLocalRun, type KeptAt, resumeLine } from './hints.ts';
import type { Interruption, PlanRunner } from './plan-runner.ts';
import type { RunOutput } from './run-output.ts';
import { requireStore } from './stored-runs.ts';
import { UsageError } from './usage-error.ts';

export interface LocalContinuationOptions {
  readonly dataDir: string;
  readonly runId: string;
  /** Absent: the run is resumed. */
  readonly retry?: RetryOptions | undefined;
}

/** Lets a run of a folder go on in this process. */
export class LocalContinuation implements PlanRunner {
  readonly #options: LocalContinuationOptions;
  readonly #orchestrator: TaskOrchestrator;
  #output: RunOutput | undefined;

  /** @throws UsageError where there are no runs */
  constructor(options: LocalContinuationOptions) {
    const { dataDir, runId } = options;
    requireStore(dataDir);
    this.#options = options;
    this.#orchestrator = new TaskOrchestrator({
      dataDir,
      onEvent: (event) => {
        if (event.run_id === runId) this.#output?.onEvent(event);
      },
    });
  }

  get keptAt(): KeptAt {
    return inFolder(this.#options.dataDir);
  }

  async execute(output: RunOutput): Promise<PlanResult> {
    const { runId } = this.#options;
    await this.#orchestrator.settleOrphans();
    const goOn = await this.#permitted();
    const { task_count: taskCount, tasks } = await this.#orchestrator.status(runId);
    const changed = this.#changedTasks();
    const names = new Map([...tasks, ...(changed ?? [])].map(({ task_id, name }) => [task_id, name]));
    await this.#noteDropped(tasks, changed, output);
    output.begin(
      { taskCount: changed?.length ?? taskCount, statuses: statusesOf(tasks), nameOf: (id) => names.get(id) ?? id, now: Date.now },
      runId,
    );
    this.#output = output;
    await goOn();
    await this.#orchestrator.wait(runId);
    return this.#orchestrator.result(runId);
  }

  getStats(): Promise<OrchestratorStats> {
    return this.#orchestrator.getStats();
  }

  close(): void {
    this.#orchestrator.close();
  }

  interrupt(runId: string | undefined): Interruption {
    return interruptLocalRun(this.#orchestrator, runId, this.keptAt);
  }

  /** What lets the run go on. @throws UsageError, RunUnknownError, ControlRefusedError */
  async #permitted(): Promise<() => Promise<unknown>> {
    const { runId, retry } = this.#options;
    const control = await this.#orchestrator.store.getControl(runId);
    if (control === undefined) throw new RunUnknownError(runId);
    if (await this.#orchestrator.isElsewhere(runId))
      throw new UsageError(`run ${runId} is executed by another process: cancel or pause it first`);
    if (control.status === 'queued') {
      // by a process that is gone: nobody will start it
      if (retry !== undefined) throw new UsageError(`run ${runId} was never started; ${resumeLine(runId, this.keptAt)}`);
      return () => this.#orchestrator.resume(runId);
    }
    permitted(control, retry === undefined ? 'resume' : 'retry');
    return () => (retry === undefined ? this.#orchestrator.resume(runId) : this.#orchestrator.retry(runId, retry));
  }

  /** Says which tasks have completed that a changed plan has no more: what they did is forgotten. */
  async #noteDropped(tasks: readonly TaskDescription[], changed: readonly Task[] | undefined, output: RunOutput): Promise<void> {
    if (changed === undefined) return;
    const there = new Set(changed.map(({ task_id }) => task_id));
    const gone = new Set(tasks.flatMap(({ task_id, status }) => (status === 'completed' && !there.has(task_id) ? [task_id] : [])));
    if (gone.size === 0) return;
    // items of a foreach are tasks that no plan lists: whether they stay is for the run to say
    const { diff } = await this.#orchestrator.retry(this.#options.runId, { ...this.#options.retry, dryRun: true });
    const dropped = diff?.removed.filter((id) => gone.has(id)) ?? [];
    if (dropped.length > 0) output.note([`completed, and no task of the changed plan: ${someIds(dropped)}`]);
  }

  /** The tasks that a changed plan has; whether it is valid is said when the run is retried. */
  #changedTasks(): readonly Task[] | undefined {
    const plan = this.#options.retry?.plan;
    const parsed = plan === undefined ? undefined : parsePlan(plan, { makeId: () => '' });
    return parsed?.ok ? parsed.plan.tasks : undefined;
  }
}

function statusesOf(tasks: readonly TaskDescription[]): Map<string, TaskStatus> {
  return new Map(tasks.map(({ task_id, status }) => [task_id, status]));
}
