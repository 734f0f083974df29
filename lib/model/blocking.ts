import type { Dependency } from './plan.ts';

/** A dependency that nobody wrote down. */
export function blocking(task_id: string): Dependency {
  return { task_id, dependency_type: 'blocking', condition: null, output_key: null };
}
