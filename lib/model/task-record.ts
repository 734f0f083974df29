import type { JsonObject } from './json.ts';
import type { ItemRange, TaskRule, TaskType, ToleratedFailures } from './plan.ts';

/** Where the value of a binding comes from. */
export interface RecordReference {
  /** The ordinal of the task whose outputs are read, the run's context, or the item that the task is for. */
  readonly source: number | 'context' | 'item';
  /** Of an item: that of the nearest foreach around (absent), or so many further out. */
  readonly outward?: number;
  readonly path: readonly (string | number)[];
}

/** What a task's gate waits for. */
export interface TaskGate {
  /** Ordinals that must have arrived. Where the task decides they arrive however they end, and the gate opens by its rule. */
  readonly dependencies: readonly number[];
  /** Pools of the run in which a place has to be taken as well: in all of them at once. */
  readonly pools: readonly string[];
  /** The same in a pool that all runs of the tenant share. */
  readonly sharedPool?: string;
}

/** How it is decided what becomes of a task. */
export interface RecordRule {
  readonly name: TaskRule;
  /** The dependencies that it asks for: also those that have ended before this execution, for which no gate waits. */
  readonly over: readonly number[];
  /** One of them of which the rule asks nothing: the task runs only when it has completed, as otherwise its compound never began. */
  readonly guard?: number;
}

/** When a task runs only if the dependency's outputs say so. */
export interface TaskCondition {
  /** The dependency. */
  readonly source: number;
  /** JSONata over `{outputs, context}`. */
  readonly text: string;
}

/** Until when all of a compound has time. */
export interface CompoundDeadline {
  /** The compound's id. */
  readonly id: string;
  /** The task from whose end it is measured. */
  readonly begin: number;
  /** Where that had ended before this execution: how long the run had been going by then, in milliseconds. */
  readonly beganMs?: number;
  readonly timeoutSec: number;
}

/** What a task has to know that is a run of another plan. */
export interface RecordSubPlan {
  readonly planRef: string;
  /** Of the plan among those that are pinned to the run. */
  readonly planHash: string;
  readonly planId: string;
  readonly goalId: string | null;
  /** Seconds that the child run has, where its plan does not say fewer. */
  readonly timeoutSec?: number;
  /** The child run is another where the task is to run again from its beginning. */
  readonly generation: number;
  /** Templates of the task's outputs, and the bindings in them by the ordinals of the child run's tasks. */
  readonly outputs: JsonObject;
  readonly references: Readonly<Record<string, RecordReference>>;
}

/** What the end of a compound has to know. */
export interface CompoundEnd {
  /** Once one of its tasks has failed, none of the others starts. */
  readonly failFast?: true;
}

/** What becomes of each item of a foreach, for its end. */
export interface RecordForeach {
  /** The task that it begins with. */
  readonly begin: number;
  /** Tasks of an item. */
  readonly size: number;
  readonly tolerated: ToleratedFailures;
  /** How many items are done where; absent where they were there before this execution. */
  readonly batches?: ItemBatches;
  /**
   * The tasks of the first item, until the items are there. Their ordinals are negative, the first one's the highest: those of each item
   * take their place.
   */
  readonly template?: readonly TaskRecord[];
  /** Where its items are there: the ordinals of their tasks, of each item the item as a whole first. */
  readonly items?: ItemRange;
}

export interface RecordItem {
  readonly begin: number;
  readonly index: number;
  /** The item of the foreach around that one. */
  readonly outer?: RecordItem;
}

/** How many items of a foreach are done where. */
export interface ItemBatches {
  /** So many at the most in the machine of the foreach. */
  readonly inline: number;
  /** Where there are more: in each execution of their own. */
  readonly batch: number;
  /** So many items at the most: the history of the execution that starts those has no room for more. Absent: as many as any foreach. */
  readonly most?: number;
}

/** Ordinals of a run in all: of its plan's tasks, of those that the plan has no more, and of those that its foreach tasks came to. */
export const MAX_ORDINALS = 1_000_000;

/** The pool of all tasks of a run that the layout alone does not keep within `max_parallel_tasks`. Pools of plans have longer names. */
export const RUN_POOL = '';

/**
 * What a running task has to know: made by the compiler once, immutable, kept with the run. States carry ordinals only and
 * look everything else up here.
 */
export interface TaskRecord {
  /** The task's index in the plan; of a foreach's tasks, behind all that the run had before. */
  readonly ordinal: number;
  readonly id: string;
  readonly name: string;
  readonly type: TaskType;
  /** What an agent is told; a template. */
  readonly content: string;
  readonly toolName: string | null;
  readonly agentId: string | null;
  /** Templates of the inputs; of a compound's end, of its outputs. */
  readonly inputs: JsonObject;
  /** Inputs that `data` dependencies set, beside those of `inputs`. */
  readonly boundInputs: Readonly<Record<string, RecordReference>>;
  /** The bindings in `content` and `inputs` by their text between the braces. */
  readonly references: Readonly<Record<string, RecordReference>>;
  readonly timeoutSec: number;
  /** The task's state waits under a token: the task may be finished through a callback. */
  readonly callback?: true;
  /** Present where the task decides; others follow the first of their dependencies that does not complete. */
  readonly rule?: RecordRule;
  /** Direct dependencies, which must be completed unless there is a rule, and those whose outputs are bound or asked for. */
  readonly dependencies: readonly number[];
  /** Others whose outputs are bound, which the task need not wait for: it waits for what does. */
  readonly reads?: readonly number[];
  /** All tasks that hang directly on how this one ends. */
  readonly dependents: readonly number[];
  /** All must hold, of the dependencies that have completed; present where there are any. */
  readonly conditions?: readonly TaskCondition[];
  /** Tasks whose gates wait for this one. */
  readonly opens: readonly number[];
  /** Present where a gate state stands before the task. */
  readonly gate?: TaskGate;
  /** Higher goes first; present where it is not 0. Between runs that share a pool it decides before the rank. */
  readonly priority?: number;
  /** Place in the order in which free places are given out, 0 first: priority, longest remaining path, ordinal. */
  readonly rank: number;
  /** The end of the compound that the task is in. */
  readonly within?: number;
  /** Of whose list, by the task that has it, it is for which item. */
  readonly item?: RecordItem;
  /** The task is what a foreach begins with: its input `items` is to be a list. */
  readonly listsItems?: true;
  /** Present where the task is the end of a foreach. */
  readonly foreach?: RecordForeach;
  /** Of the compounds that it is in, where they have any. */
  readonly deadlines?: readonly CompoundDeadline[];
  /** Present where the task is the end of a compound. */
  readonly end?: CompoundEnd;
  /** Present where the task is a run of another plan. */
  readonly subPlan?: RecordSubPlan;
  /** `metadata.mock`: how the mock executor is to play this task. */
  readonly mock?: JsonObject;
  /** Of which execution of the run the record is; absent: of the first. */
  readonly execution?: number;
  /** The plan has it no more. */
  readonly removed?: true;
}

/** What a run may take in all before it is stopped; what it does not say has no limit. */
export interface RunBudget {
  /** Seconds from the run's start. */
  readonly maxExecutionTimeSec?: number;
  readonly maxTokenCount?: number;
  readonly maxCostUsd?: number;
}

/** Everything about a run's plan that its states need. */
export interface RunSpec {
  readonly tasks: readonly TaskRecord[];
  /** The most tasks at once by pool. */
  readonly pools: Readonly<Record<string, number>>;
  readonly budget?: RunBudget;
  /** Once a task has failed nothing starts but what is there for that. */
  readonly failFast?: true;
}
