import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentExecutor, TaskOrchestrator } from '../../lib/index.ts';
import type { Execute, Started } from '../measure/contestant.ts';
import type { Dag, DagTask } from '../measure/dag.ts';

const ANSWER = { response: null, agent_id: 'bench' };
/** More than any graph here has tasks. */
const UNLIMITED = 100_000;

/** The library with its store in a temporary folder and a function of this process as its executor. */
export async function startTaskOrchestrator({ fsync = false, maxParallelTasks = UNLIMITED }): Promise<Started> {
  let tasks = new Map<string, DagTask>();
  let execute: Execute = async () => {};
  const agentExecutor: AgentExecutor = {
    async execute(_agentId, input) {
      await execute(tasks.get(input.task_id)!);
      return ANSWER;
    },
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'task-orchestrator-bench-'));
  const orchestrator = new TaskOrchestrator({ dataDir, fsync, agentExecutor, maxParallelTasks });
  return {
    async prepare(dag, executeNow) {
      tasks = new Map(dag.tasks.map((task) => [task.id, task]));
      execute = executeNow;
      const plan = planOf(dag, maxParallelTasks);
      return () => orchestrator.executePlan(plan);
    },
    async stop() {
      orchestrator.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** The graph as a plan. */
export function planOf({ tasks }: Dag, maxParallelTasks: number): object {
  return {
    tasks: tasks.map(({ id, dependencies }) => ({
      task_id: id,
      dependencies: dependencies.map((dependency) => ({ task_id: dependency, dependency_type: 'blocking' })),
    })),
    resource_budget: { max_parallel_tasks: maxParallelTasks },
  };
}
