import type { JsonObject, JsonValue } from '../model/json.ts';
import { AgentUnavailableError } from '../runtime/errors.ts';
import type { AgentExecutor, AgentInput, ToolExecutor } from '../runtime/ports/executors.ts';

export type AgentFunction = (input: AgentInput, signal: AbortSignal) => Promise<JsonValue> | JsonValue;
export type ToolFunction = (toolArguments: JsonObject, signal: AbortSignal) => Promise<JsonValue> | JsonValue;

/** Agents as functions of this process, by agent id; `default` serves tasks that name none. What a function returns is the response. */
export function inProcessAgents(agents: Readonly<Record<string, AgentFunction>>): AgentExecutor {
  return {
    async execute(agentId, input, signal) {
      const agent = own(agents, agentId);
      if (agent === undefined) throw new AgentUnavailableError(`there is no agent ${agentId}`);
      return { response: await agent(input, signal), agent_id: agentId };
    },
  };
}

/** Tools as functions of this process, by tool name. What a function returns is the data; what it throws is the error. */
export function inProcessTools(tools: Readonly<Record<string, ToolFunction>>): ToolExecutor {
  return {
    async execute(toolName, toolArguments, signal) {
      const tool = own(tools, toolName);
      if (tool === undefined) throw new AgentUnavailableError(`there is no tool ${toolName}`);
      return { success: true, data: await tool(toolArguments, signal) };
    },
  };
}

function own<T>(functions: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
