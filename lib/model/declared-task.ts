import type { BindingReference } from './bindings.ts';
import type { JsonObject } from './json.ts';
import type { OnFailure, Task } from './plan.ts';

/** A task as its plan has it, with its whole id and those of what it depends on. */
export interface DeclaredTask {
  readonly task: Task;
  /** In its inputs and its prompt. */
  readonly bindings: readonly BindingReference[];
  /** Absent where the plan leaves it to the compound that the task is in. */
  readonly priority?: number;
  readonly compound?: DeclaredCompound;
}

export interface DeclaredCompound {
  /** Templates. */
  readonly outputs: JsonObject;
  readonly bindings: readonly BindingReference[];
  /** Seconds for all of it; null: as long as its subtasks take. */
  readonly timeoutSec: number | null;
  /** How often what has not completed is begun anew. */
  readonly retries: number;
  readonly onFailure: OnFailure;
}
