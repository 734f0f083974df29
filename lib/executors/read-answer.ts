import * as z from 'zod/mini';
import '../model/english.ts';
import { TaskFailedError } from '../runtime/errors.ts';
import type { AgentAnswer, ToolAnswer } from '../runtime/ports/executors.ts';

const accepted = z.looseObject({ accepted: z.literal(true) });
const agentAnswer = z.looseObject({
  response: z.json(),
  agent_id: z.optional(z.string()),
  tokens_used: z.nullish(z.number().check(z.nonnegative())),
  cost_usd: z.nullish(z.number().check(z.nonnegative())),
});
const toolAnswer = z.looseObject({ success: z.boolean(), data: z.optional(z.json()), error: z.nullish(z.string()) });

/** An answer from outside as the contract of L02 has it. Further fields stay: they are outputs. @throws TaskFailedError */
export function readAgentAnswer(answer: unknown, agentId: string): AgentAnswer {
  if (accepted.safeParse(answer).success) return { accepted: true };
  const { tokens_used, cost_usd, agent_id = agentId, ...rest } = check(agentAnswer, answer, 'agent');
  return { agent_id, ...rest, ...(typeof tokens_used === 'number' && { tokens_used }), ...(typeof cost_usd === 'number' && { cost_usd }) };
}

/** An answer from outside as the contract of L03 has it. @throws TaskFailedError */
export function readToolAnswer(answer: unknown): ToolAnswer {
  if (accepted.safeParse(answer).success) return { accepted: true };
  const { success, data, error } = check(toolAnswer, answer, 'tool');
  return { success, ...(data !== undefined && { data }), ...(error !== undefined && { error }) };
}

function check<T>(schema: z.ZodMiniType<T>, answer: unknown, layer: string): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`);
  throw new TaskFailedError(`the ${layer} answered with something else than an answer: ${problems.join('; ')}`);
}
