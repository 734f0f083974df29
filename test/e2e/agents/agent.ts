import { createHash } from 'node:crypto';
import { makeMockDispatcher } from '../../../lib/executors/mock.ts';
import { RealClock } from '../../../lib/local/real-clock.ts';
import type { TaskRecord } from '../../../lib/model/task-record.ts';
import type { AgentInput } from '../../../lib/runtime/ports/executors.ts';

interface AgentCall {
  readonly agent_id: string;
  readonly input: AgentInput;
}

const LARGE_BYTES = 1024 * 1024;
const mock = makeMockDispatcher(new RealClock());

/** The agents of the suite in one function; a task names one of them as its assigned_agent. */
const AGENTS: Readonly<Record<string, (input: AgentInput) => unknown>> = {
  /** The mock that plays tasks locally. */
  default: ({ task_name: name, task_type: type, inputs }) => {
    // of the record the mock reads no more than this
    const record = { name, type, agentId: null, mock: inputs.mock } as unknown as TaskRecord;
    return mock({ record, content: '', inputs, attempt: 1, failures: 0, signal: new AbortController().signal });
  },
  /** Takes the task on and leaves the callback in the log, for the test to report. */
  later: ({ task_id, callback_id }) => {
    console.log(JSON.stringify({ task_id, callback_id }));
    return { accepted: true };
  },
  /** Answers a megabyte. */
  writer: () => ({ response: 'x'.repeat(LARGE_BYTES), tokens_used: 1000 }),
  /** Tells what it was given. */
  reader: ({ content }) => ({
    response: { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') },
    tokens_used: 7,
  }),
  failing: ({ task_id }) => {
    throw new Error(`the agent cannot do ${task_id}`);
  },
};

export const handler = async ({ agent_id, input }: AgentCall): Promise<unknown> => {
  const agent = AGENTS[agent_id];
  if (agent === undefined) throw new Error(`there is no agent ${agent_id}`);
  return agent(input);
};
