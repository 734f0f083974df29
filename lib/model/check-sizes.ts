import { isJsonObject, type JsonValue } from './json.ts';
import type { ProblemList } from './problem-list.ts';
import { mbOfCores, type SizeClass } from './size-class.ts';
import { own, stringOf } from './task-sketch.ts';

/** What a resource comes to in MB, by its field. */
const MB_OF = {
  memory_mb: (mb: number): number => mb,
  cpu_cores: mbOfCores,
} as const;

/** Tasks for which no function is large enough (E5503). */
export function checkSizes(tasks: readonly JsonValue[], largest: SizeClass, problems: ProblemList): void {
  tasks.forEach((task, ordinal) => {
    const resources = isJsonObject(task) ? own(task, 'resources') : undefined;
    if (!isJsonObject(task) || resources === undefined || !isJsonObject(resources)) return;
    const id = stringOf(task, 'task_id');
    for (const [field, mbOf] of Object.entries(MB_OF)) {
      const asked = own(resources, field);
      if (typeof asked !== 'number' || mbOf(asked) <= largest.memoryMb) continue;
      const needs = field === 'memory_mb' ? `${asked} MB` : `${asked} cores, which come with ${mbOf(asked)} MB`;
      const message = `the task needs ${needs}; the largest size class, ${JSON.stringify(largest.name)}, has ${largest.memoryMb} MB`;
      problems.add('E5503', ['tasks', ordinal, 'resources', field], message, id === undefined ? [] : [id]);
    }
  });
}
