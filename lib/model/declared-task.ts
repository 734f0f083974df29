import type { BindingReference } from './bindings.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { OnFailure, Task, ToleratedFailures } from './plan.ts';

/** A task as its plan has it, with its whole id and those of what it depends on. */
export interface DeclaredTask {
  readonly task: Task;
  /** In its inputs and its prompt. */
  readonly bindings: readonly BindingReference[];
  /** Absent where the plan leaves it to the compound that the task is in. */
  readonly priority?: number;
  readonly compound?: DeclaredCompound;
  /** Where it is to be done for each item of a list. */
  readonly foreach?: DeclaredForeach;
}

export interface DeclaredForeach {
  /** The list or the template of it, whose bindings are the task's. */
  readonly items: JsonValue;
  /** Ids of what its items bind outside of it. */
  readonly lifted: readonly string[];
  /** At most so many of its tasks at once; null: as many as the run lets. */
  readonly maxConcurrency: number | null;
  readonly tolerated: ToleratedFailures;
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
