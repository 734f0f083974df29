import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { TaskRecord } from '../../model/task-record.ts';

export interface AgentInput {
  readonly content: string;
  readonly task_id: string;
  readonly task_name: string;
  readonly task_type: string;
  readonly inputs: JsonObject;
  /** Seconds. */
  readonly timeout: number;
  /** Present where the agent may answer `{accepted: true}` and finish the task later, by `POST /callbacks/{callback_id}`. */
  readonly callback_id?: string;
}

export type AgentAnswer = { response: JsonValue; agent_id: string; tokens_used?: number; cost_usd?: number } | { accepted: true };
export type ToolAnswer = { success: boolean; data?: JsonValue; error?: string | null } | { accepted: true };

/** L02. Throwing, or an unreachable agent, fails the attempt. */
export interface AgentExecutor {
  execute(agentId: string, input: AgentInput, signal: AbortSignal): Promise<AgentAnswer>;
}

/** L03. `success: false` fails the attempt. */
export interface ToolExecutor {
  execute(toolName: string, toolArguments: JsonObject, signal: AbortSignal, callbackId?: string): Promise<ToolAnswer>;
}

/** One attempt of a task, ready to go: bindings replaced. */
export interface Dispatch {
  readonly record: TaskRecord;
  readonly content: string;
  readonly inputs: JsonObject;
  readonly attempt: number;
  /** How many attempts ended badly before. */
  readonly failures: number;
  readonly signal: AbortSignal;
  /** Where the attempt may be finished later; only for tasks that wait for it. */
  readonly callbackId?: string | undefined;
}

/** What an executor answers that has taken a task on and will report through the callback. */
export const ACCEPTED = Symbol('accepted');

/** Carries out an attempt and gives the task's outputs, or says that they will come through the callback. */
export type Dispatcher = (dispatch: Dispatch) => Promise<JsonObject | typeof ACCEPTED>;
