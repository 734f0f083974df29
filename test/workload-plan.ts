import type { Workload } from './workloads.ts';

/** A workload as a plan whose mock tasks take the recorded times. */
export function workloadPlan(workload: Workload, { scale = 1, maxParallel }: { scale?: number; maxParallel?: number } = {}) {
  return {
    plan_id: workload.name,
    tasks: workload.tasks.map((task) => ({
      task_id: task.id,
      name: task.name,
      timeout_seconds: Math.ceil(task.runtime_sec * scale * 2) + 60,
      dependencies: task.deps.map((id) => ({ task_id: id, dependency_type: 'blocking' })),
      metadata: { mock: { duration_sec: task.runtime_sec * scale } },
    })),
    resource_budget: { max_parallel_tasks: maxParallel ?? workload.tasks.length },
  };
}
