import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { TaskFailedError } from '../runtime/errors.ts';
import {
  ACCEPTED,
  type AgentAnswer,
  type AgentExecutor,
  type Dispatch,
  type Dispatcher,
  type ToolAnswer,
  type ToolExecutor,
} from '../runtime/ports/executors.ts';

const DEFAULT_AGENT = 'default';

export interface Executors {
  /** L02: `atomic` and `llm_call` tasks. */
  readonly agent?: AgentExecutor | undefined;
  /** L03: `tool_call` tasks. */
  readonly tool?: ToolExecutor | undefined;
  /** Plays the tasks of a layer that has no executor. */
  readonly mock: Dispatcher;
}

/**
 * Sends each attempt to its layer by task type. An agent's whole answer is the task's outputs; of a tool's answer it is
 * `{data}`, so `{{fetch.data.rows}}` reads the rows a tool found.
 */
export function makeDispatcher({ agent, tool, mock }: Executors): Dispatcher {
  return (dispatch) => {
    const isTool = dispatch.record.type === 'tool_call';
    if (isTool) return tool === undefined ? mock(dispatch) : callTool(tool, dispatch);
    return agent === undefined ? mock(dispatch) : callAgent(agent, dispatch);
  };
}

async function callAgent(agent: AgentExecutor, dispatch: Dispatch): Promise<JsonObject | typeof ACCEPTED> {
  const { record, content, inputs, signal, callbackId } = dispatch;
  const answer = await agent.execute(
    record.agentId ?? DEFAULT_AGENT,
    {
      content,
      task_id: record.id,
      task_name: record.name,
      task_type: record.type,
      inputs,
      timeout: record.timeoutSec,
      ...(callbackId === undefined ? {} : { callback_id: callbackId }),
    },
    signal,
  );
  if (isAccepted(answer)) return acceptedBy(dispatch);
  const outputs = asJson(answer, 'agent');
  if (!isJsonObject(outputs)) throw new TaskFailedError('the agent answered with something else than an object with its response');
  return outputs;
}

async function callTool(tool: ToolExecutor, dispatch: Dispatch): Promise<JsonObject | typeof ACCEPTED> {
  const { record, inputs, signal, callbackId } = dispatch;
  const answer = await tool.execute(record.toolName ?? '', inputs, signal, callbackId);
  if (isAccepted(answer)) return acceptedBy(dispatch);
  if (answer?.success !== true) throw new TaskFailedError(String(answer?.error || `tool ${record.toolName} reported a failure`));
  return { data: asJson(answer.data ?? null, 'tool') };
}

function isAccepted(answer: AgentAnswer | ToolAnswer): answer is { accepted: true } {
  return typeof answer === 'object' && answer !== null && 'accepted' in answer && answer.accepted === true;
}

/** @throws TaskFailedError when the task's state does not wait for a callback */
function acceptedBy({ record, callbackId }: Dispatch): typeof ACCEPTED {
  if (callbackId !== undefined) return ACCEPTED;
  throw new TaskFailedError(`task ${record.id} was accepted for later, but its state does not wait for a callback`);
}

/** What an executor answered, as it will be read back. @throws TaskFailedError when it has no JSON form */
function asJson(answer: unknown, layer: string): JsonValue {
  try {
    return JSON.parse(JSON.stringify(answer ?? null)) as JsonValue;
  } catch (error) {
    throw new TaskFailedError(`the answer of the ${layer} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
