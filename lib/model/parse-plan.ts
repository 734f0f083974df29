// STUB
import type { Plan } from './plan.ts';
export function parsePlan(input: any, o: any): any {
  const plan = { resource_budget: null, goal_id: null, ...input, plan_id: input.plan_id ?? o.makeId(), tasks: input.tasks.map((t: any) => ({ name: t.task_id, description: '', task_type: 'atomic', inputs: {}, assigned_agent: null, timeout_seconds: 300, tool_name: null, llm_prompt: null, metadata: {}, priority: 0, ...t,
   dependencies: t.dependencies ?? [], retry_policy: { max_retries: 3, initial_delay_sec: 1, backoff_multiplier: 2, max_delay_sec: 60, retry_on_timeout: true, retry_on_agent_unavailable: true, jitter: 'none', ...t.retry_policy } })) };
  return { ok: true, plan, references: new Map(), warnings: [] };
}
export function parsePlanText(t: string, o: any) { return parsePlan(JSON.parse(t), o); }
