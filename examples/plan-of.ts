import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A plan as an example has it, or some of it. */
export interface ExamplePlan {
  readonly tasks: readonly ExampleTask[];
  readonly [field: string]: unknown;
}

interface ExampleTask {
  readonly task_id: string;
  readonly task_type?: string;
  readonly subtasks?: readonly ExampleTask[];
  readonly metadata?: { readonly mock?: object };
  readonly [field: string]: unknown;
}

/** The plan of an example, by the name of its folder. */
export function planOf(example: string): ExamplePlan {
  return JSON.parse(readFileSync(join(import.meta.dirname, example, 'plan.json'), 'utf8')) as ExamplePlan;
}

/** The same plan with each of its tasks changed, those in compounds too; their ids are whole. */
export function mapTasks(plan: ExamplePlan, change: (task: ExampleTask, id: string) => ExampleTask): ExamplePlan {
  const all = (tasks: readonly ExampleTask[], scope: string): ExampleTask[] =>
    tasks.map((task) => {
      const id = `${scope}${task.task_id}`;
      const changed = change(task, id);
      return changed.subtasks === undefined ? changed : { ...changed, subtasks: all(changed.subtasks, `${id}/`) };
    });
  return { ...plan, tasks: all(plan.tasks, '') };
}

/** The same plan, one of its tasks played otherwise. */
export function withMock(plan: ExamplePlan, taskId: string, mock: object): ExamplePlan {
  return mapTasks(plan, (task, id) =>
    id === taskId ? { ...task, metadata: { ...task.metadata, mock: { ...task.metadata?.mock, ...mock } } } : task,
  );
}
