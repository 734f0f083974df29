/** JSON as a plan has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

/** A task as the plan says it, compound or foreach included; nothing is filled in. */
export interface PlanTask {
  readonly task_id: string;
  readonly task_type?: 'atomic' | 'compound';
  readonly dependencies?: readonly { readonly task_id: string; readonly dependency_type?: 'conditional'; readonly condition?: string }[];
  readonly trigger_rule?: string;
  /** Values are literals, or one binding each. */
  readonly inputs?: JsonRecord;
  readonly outputs?: JsonRecord;
  readonly subtasks?: readonly PlanTask[];
  readonly timeout_seconds?: number;
  readonly retry_policy?: { readonly max_retries: number };
  readonly priority?: number;
  readonly pool?: string;
  readonly foreach?: Json;
  readonly max_concurrency?: number;
  readonly tolerated_failures?: number | string;
  readonly on_failure?: string;
}

export interface WholePlan {
  readonly tasks: readonly PlanTask[];
  readonly pools?: Readonly<Record<string, number>>;
  readonly on_failure?: string;
  readonly resource_budget: { readonly max_parallel_tasks: number };
}

/** What whoever carries tasks out does with one of them, whatever the attempt. */
export interface Script {
  readonly ms: number;
  /** So many attempts fail before one succeeds; -1: all. */
  readonly failTimes: number;
  readonly outputs: JsonRecord;
}
