import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { inProcessAgents, inProcessTools } from '../lib/executors/in-process.ts';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import { PlanningError } from '../lib/model/errors.ts';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import type { AgentExecutor } from '../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { SIMULATION_START, simulate } from './simulate.ts';

const dependsOn = (...ids: string[]) => ids.map((task_id) => ({ task_id }));
/** When something happened, in seconds from the start. */
const times = (events: readonly RunEvent[], type: string, task: string) =>
  events.filter((event) => event.type === type && event.task_id === task).map((event) => (Date.parse(event.at) - SIMULATION_START) / 1000);

describe('executePlan', () => {
  it('gives counts and outputs, and writes them onto the plan', async () => {
    const plan = {
      plan_id: 'p',
      tasks: [
        { task_id: 'a', metadata: { mock: { duration_sec: 2, outputs: { x: 1 } } } },
        { task_id: 'b', dependencies: dependsOn('a'), status: 'failed', outputs: { old: true } },
      ] as Record<string, unknown>[],
    };

    const { result } = await simulate(plan, { makeId: () => 'run-1' });

    const outputs = { a: { x: 1 }, b: { response: 'mock response to b', agent_id: 'mock', tokens_used: 0 } };
    expect(result).toEqual({
      plan_id: 'p',
      run_id: 'run-1',
      status: 'completed',
      completed_tasks: 2,
      failed_tasks: 0,
      tolerated_tasks: 0,
      blocked_tasks: 0,
      cancelled_tasks: 0,
      skipped_tasks: 0,
      outputs,
    });
    expect(plan).toMatchObject({
      status: 'completed',
      completed_task_count: 2,
      failed_task_count: 0,
      execution_started_at: '2026-01-01T00:00:00.000Z',
    });
    expect(plan.tasks[0]).toMatchObject({
      status: 'completed',
      outputs: { x: 1 },
      retry_count: 0,
      started_at: '2026-01-01T00:00:00.000Z',
      completed_at: '2026-01-01T00:00:02.000Z',
    });
    expect(plan.tasks[1]).toMatchObject({ status: 'completed', outputs: outputs.b });
  });

  it('refuses a foreach over something of the context that is no list before anything is written', async () => {
    const orchestrator = new TaskOrchestrator();
    const plan = { tasks: [{ task_id: 'each', foreach: '{{context.items}}' }] };
    const refused = { code: 'E5200', details: { problems: [{ code: 'E5402', path: '$.tasks[0].foreach' }] } };

    await expect(orchestrator.executePlan(plan, { items: 7 })).rejects.toMatchObject(refused);
    await expect(orchestrator.submit(plan, { items: 7 })).rejects.toMatchObject(refused);
    expect(await orchestrator.store.listRuns(1)).toEqual([]);
    expect(await orchestrator.executePlan(plan, { items: [7] })).toMatchObject({ status: 'completed' });
  });

  it('runs a plan again as if it had never run', async () => {
    const plan = { tasks: [{ task_id: 'a' }] };
    const orchestrator = new TaskOrchestrator();

    const first = await orchestrator.executePlan(plan);
    const second = await orchestrator.executePlan(plan);

    expect(second.status).toBe('completed');
    expect(second.run_id).not.toBe(first.run_id);
    expect(await orchestrator.getStats()).toMatchObject({ plans_executed: 2, tasks_executed: 2 });
  });

  it('retries after exactly the delays of the policy, the longest delay included', async () => {
    const mock = { duration_sec: 1, fail_times: 5 };
    const plan = {
      tasks: [
        {
          task_id: 'a',
          retry_policy: { max_retries: 5, initial_delay_sec: 2, backoff_multiplier: 3, max_delay_sec: 20 },
          metadata: { mock },
        },
      ],
    };

    const { events, result } = await simulate(plan);

    // each attempt takes 1 s; delays 2, 6, 18, 20 (not 54), 20
    expect(times(events, 'task.executing', 'a')).toEqual([0, 3, 10, 29, 50, 71]);
    expect(result?.status).toBe('completed');
  });

  it('fails a task whose retries are used up, blocks all that depend on it, completes the rest', async () => {
    // a -> b -> c, a -> d; x -> c
    const plan = {
      tasks: [
        { task_id: 'a' },
        { task_id: 'x' },
        {
          task_id: 'b',
          dependencies: dependsOn('a'),
          retry_policy: { max_retries: 2 },
          metadata: { mock: { fail_times: -1, error: 'no luck' } },
        },
        { task_id: 'c', dependencies: dependsOn('b', 'x') },
        { task_id: 'd', dependencies: dependsOn('a') },
      ] as Record<string, unknown>[],
    };

    const { events, error } = await simulate(plan);

    expect(error).toBeInstanceOf(PlanningError);
    expect(error).toMatchObject({
      code: 'E5204',
      details: {
        completed_tasks: 3,
        failed_tasks: 1,
        blocked_tasks: 1,
        errors: [{ task_id: 'b', attempt: 3, code: 'E5202', message: 'no luck' }],
      },
    });
    expect(plan.tasks.map((task) => task.status)).toEqual(['completed', 'completed', 'failed', 'blocked', 'completed']);
    expect(times(events, 'task.executing', 'b')).toEqual([0, 1, 3]);
    expect(times(events, 'task.failed', 'b')).toEqual([3]);
    expect(times(events, 'task.blocked', 'c')).toEqual([3]);
    expect(events.at(-1)).toMatchObject({ type: 'run.failed', error: { code: 'E5204' } });
  });

  it('counts what fails without being executed into the rates', async () => {
    const orchestrator = new TaskOrchestrator({ clock: new VirtualClock(SIMULATION_START) });
    const plan = {
      tasks: [
        { task_id: 'a', metadata: { mock: { outputs: {} } } },
        { task_id: 'b', inputs: { x: '{{a.nothing}}' } },
      ],
    };
    await expect(orchestrator.executePlan(plan)).rejects.toMatchObject({ code: 'E5204' });

    expect(await orchestrator.getStats()).toMatchObject({ tasks_completed: 1, tasks_failed: 1, success_rate: 1 / 2, failure_rate: 1 / 2 });
  });

  it('counts statistics over all plans', async () => {
    const orchestrator = new TaskOrchestrator({ clock: new VirtualClock(SIMULATION_START) });
    await orchestrator.executePlan({ tasks: [{ task_id: 'a', metadata: { mock: { fail_times: 2 } } }, { task_id: 'b' }] });
    const failing = {
      tasks: [
        { task_id: 'a', retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: -1 } } },
        { task_id: 'b', dependencies: dependsOn('a') },
      ],
    };
    await expect(orchestrator.executePlan(failing)).rejects.toMatchObject({ code: 'E5204' });

    expect(await orchestrator.getStats()).toEqual({
      plans_executed: 2,
      tasks_executed: 3,
      tasks_completed: 2,
      tasks_failed: 1,
      tasks_retried: 2,
      tokens_used: 0,
      success_rate: 2 / 3,
      failure_rate: 1 / 3,
    });
  });

  it('refuses limits that make no sense', () => {
    expect(() => new TaskOrchestrator({ maxParallelTasks: 0 })).toThrow(RangeError);
    expect(() => new TaskOrchestrator({ maxParallelTasks: 1.5 })).toThrow(RangeError);
    expect(() => new TaskOrchestrator({ taskTimeoutSec: -1 })).toThrow(RangeError);
    expect(() => new TaskOrchestrator({ taskTimeoutSec: Number.POSITIVE_INFINITY })).toThrow(RangeError);
  });

  it('refuses an invalid plan with all its problems and leaves nothing behind', async () => {
    const orchestrator = new TaskOrchestrator();

    const refused = orchestrator.executePlan({
      tasks: [
        { task_id: 'a', dependencies: dependsOn('b') },
        { task_id: 'c', dependencies: dependsOn('c') },
      ],
    });

    await expect(refused).rejects.toMatchObject({
      name: 'PlanningError',
      code: 'E5200',
      details: {
        problems: [
          { code: 'E5302', task_ids: ['a', 'b'] },
          { code: 'E5301', task_ids: ['c'] },
        ],
      },
    });
    expect(await orchestrator.store.listRuns(10)).toEqual([]);
  });

  it('takes the smaller of its own limit and the limit of the plan', async () => {
    const tasks = Array.from({ length: 12 }, (_, i) => ({ task_id: `t${i}`, metadata: { mock: { duration_sec: 1 } } }));
    const makespan = async (plan: object, maxParallelTasks?: number) => {
      const { events } = await simulate(plan, { maxParallelTasks });
      return (Date.parse(events.at(-1)!.at) - SIMULATION_START) / 1000;
    };

    expect(await makespan({ tasks })).toBe(2); // 10 is the default
    expect(await makespan({ tasks }, 12)).toBe(1);
    expect(await makespan({ tasks, resource_budget: { max_parallel_tasks: 6 } }, 12)).toBe(2);
    expect(await makespan({ tasks, resource_budget: { max_parallel_tasks: 12 } }, 4)).toBe(3);
  });
});

describe('timeouts', () => {
  const slow = (retry_policy: object) => ({
    tasks: [{ task_id: 'a', timeout_seconds: 5, retry_policy, metadata: { mock: { duration_sec: 60 } } }],
  });

  it('fails a task at its timeout', async () => {
    const { events, error } = await simulate(slow({ retry_on_timeout: false }));

    expect(times(events, 'task.failed', 'a')).toEqual([5]);
    expect(error).toMatchObject({ code: 'E5204', details: { errors: [{ task_id: 'a', code: 'E5203', attempt: 1 }] } });
  });

  it('retries after a timeout where the policy says so', async () => {
    const { events } = await simulate(slow({ max_retries: 2, initial_delay_sec: 1 }));

    expect(times(events, 'task.executing', 'a')).toEqual([0, 6, 13]);
    expect(times(events, 'task.failed', 'a')).toEqual([18]);
  });

  it('does not wait for an executor that ignores the signal, nor believe what it says later', async () => {
    const clock = new VirtualClock(SIMULATION_START);
    let signal: AbortSignal | undefined;
    const agentExecutor = {
      execute: (_agent: string, _input: unknown, given: AbortSignal) => {
        signal = given;
        return new Promise<{ response: string; agent_id: string }>((resolve) =>
          clock.setTimer(8000, () => resolve({ response: 'late', agent_id: 'x' })),
        );
      },
    };
    const plan = { tasks: [{ task_id: 'a', timeout_seconds: 5, retry_policy: { max_retries: 1, initial_delay_sec: 10 } }] };

    const { events, error } = await simulate(plan, { clock, agentExecutor });

    expect(times(events, 'task.pending', 'a')).toEqual([5, 20]);
    expect(times(events, 'task.failed', 'a')).toEqual([20]);
    expect(error?.details).toMatchObject({ completed_tasks: 0, failed_tasks: 1 });
    expect(signal?.aborted).toBe(true);
  });

  it('uses its own default where a task has no timeout', async () => {
    const { events } = await simulate(
      { tasks: [{ task_id: 'a', retry_policy: { max_retries: 0 }, metadata: { mock: { duration_sec: 60 } } }] },
      { taskTimeoutSec: 7 },
    );

    expect(times(events, 'task.failed', 'a')).toEqual([7]);
  });
});

describe('executors', () => {
  it('sends each task to its layer and hands on what it gives', async () => {
    const seen: unknown[] = [];
    const orchestrator = new TaskOrchestrator({
      agentExecutor: inProcessAgents({
        default: (input) => {
          seen.push(input);
          return `read: ${input.content}`;
        },
      }),
      toolExecutor: inProcessTools({ add: ({ a, b }) => Number(a) + Number(b) }),
    });

    const { outputs } = await orchestrator.executePlan({
      tasks: [
        { task_id: 'sum', task_type: 'tool_call', tool_name: 'add', inputs: { a: 1, b: 2 } },
        {
          task_id: 'say',
          name: 'Say',
          task_type: 'llm_call',
          llm_prompt: 'The sum is {{sum.data}}.',
          inputs: { sum: '{{sum.data}}' },
          timeout_seconds: 9,
        },
      ],
    });

    expect(outputs).toEqual({ sum: { data: 3 }, say: { response: 'read: The sum is 3.', agent_id: 'default' } });
    expect(seen).toEqual([
      { content: 'The sum is 3.', task_id: 'say', task_name: 'Say', task_type: 'llm_call', inputs: { sum: 3 }, timeout: 9 },
    ]);
  });

  it("takes a tool's failure and a thrown error as failures of the attempt", async () => {
    const clock = new VirtualClock(SIMULATION_START);
    const toolExecutor = { execute: async () => ({ success: false, error: 'disk full' }) };
    const agentExecutor = inProcessAgents({
      default: () => {
        throw new Error('confused');
      },
    });
    const plan = { tasks: [{ task_id: 'tool', task_type: 'tool_call', tool_name: 't' }, { task_id: 'agent' }] };

    const { error } = await simulate(plan, { clock, toolExecutor, agentExecutor });

    expect(error?.details.errors).toEqual([
      { task_id: 'tool', attempt: 4, code: 'E5202', message: 'disk full' },
      { task_id: 'agent', attempt: 4, code: 'E5202', message: 'confused' },
    ]);
  });

  it('retries an unavailable agent only where the policy says so', async () => {
    const script = { fail_times: 1, error: { code: 'E5901', message: 'unreachable' } };
    const plan = (retry_on_agent_unavailable: boolean) => ({
      tasks: [{ task_id: 'a', retry_policy: { retry_on_agent_unavailable }, metadata: { mock: script } }],
    });

    expect((await simulate(plan(true))).result?.status).toBe('completed');
    expect((await simulate(plan(false))).error?.details.errors).toEqual([
      { task_id: 'a', attempt: 1, code: 'E5901', message: 'unreachable' },
    ]);
  });
});

describe('bindings', () => {
  const produce = (outputs: object) => ({ task_id: 'a', metadata: { mock: { outputs } } });
  const seenInputs = async (inputs: object, outputs: object, context = {}) => {
    let seen: unknown;
    const toolExecutor = {
      execute: async (_name: string, given: unknown) => {
        seen = given;
        return { success: true };
      },
    };
    const orchestrator = new TaskOrchestrator({ toolExecutor });
    await orchestrator.executePlan(
      { tasks: [produce(outputs), { task_id: 'b', task_type: 'tool_call', tool_name: 't', inputs }] },
      context,
    );
    return seen;
  };

  it('keep types, reach into values, and stand inside text', async () => {
    const outputs = { n: 3, list: [{ k: [10, 20] }], text: 'hi' };

    const seen = await seenInputs(
      {
        number: '{{a.n}}',
        deep: '{{a.list[0].k[1]}}',
        all: '{{a.list}}',
        text: '{{a.text}} {{a.n}} {{a.list}}',
        context: '{{context.user.name}}',
        literal: '\\{{a.n}}',
        nested: [{ x: '{{ a.n }}' }],
      },
      outputs,
      { user: { name: 'Ada' } },
    );

    expect(seen).toEqual({
      number: 3,
      deep: 20,
      all: outputs.list,
      text: 'hi 3 [{"k":[10,20]}]',
      context: 'Ada',
      literal: '{{a.n}}',
      nested: [{ x: 3 }],
    });
  });

  it('make the task wait for what it binds', async () => {
    const { events } = await simulate({
      tasks: [
        { task_id: 'b', inputs: { x: '{{a.response}}' } },
        { task_id: 'a', metadata: { mock: { duration_sec: 4 } } },
      ],
    });

    expect(times(events, 'task.executing', 'b')).toEqual([4]);
  });

  it('fail the task, without a retry, when an output is missing', async () => {
    const plan = {
      tasks: [produce({ rows: 1, cols: 2 }), { task_id: 'b', inputs: { x: '{{a.row}}' } }, { task_id: 'c', dependencies: dependsOn('b') }],
    };

    const { error, events } = await simulate(plan);

    const [failure] = error!.details.errors as { code: string; message: string }[];
    expect(failure).toMatchObject({ task_id: 'b', code: 'E5402', attempt: 0 });
    for (const named of ['a.row', 'rows', 'cols']) expect(failure?.message).toContain(named);
    expect(times(events, 'task.executing', 'b')).toEqual([]);
    expect(times(events, 'task.blocked', 'c')).toEqual([0]);
  });

  it('set the input that a data dependency names, unless the plan sets it', async () => {
    const seen: unknown[] = [];
    const toolExecutor = {
      execute: async (_name: string, given: unknown) => {
        seen.push(given);
        return { success: true };
      },
    };
    const consumer = (id: string, inputs: object) => ({
      task_id: id,
      task_type: 'tool_call',
      tool_name: 't',
      inputs,
      dependencies: [{ task_id: 'a', dependency_type: 'data', output_key: 'x.y' }],
    });

    await new TaskOrchestrator({ toolExecutor }).executePlan({
      tasks: [produce({ 'x.y': [1] }), consumer('b', {}), consumer('c', { 'x.y': 'mine' })],
    });

    expect(seen).toEqual([{ 'x.y': [1] }, { 'x.y': 'mine' }]);
  });
});

describe('what surrounds a run', () => {
  it('refuses a context that is not a JSON object, before there is a run', async () => {
    const orchestrator = new TaskOrchestrator();
    const execute = (context: unknown) => orchestrator.executePlan({ tasks: [{ task_id: 'a' }] }, context as Record<string, never>);

    await expect(execute({ user: { age: 10n } })).rejects.toMatchObject({
      name: 'PlanningError',
      code: 'E5200',
      details: { problems: [{ code: 'E5600', path: '$.user.age' }] },
    });
    for (const context of [null, [1], 'text', new Map(), () => 1]) await expect(execute(context)).rejects.toBeInstanceOf(PlanningError);
    expect(await orchestrator.store.listRuns(10)).toEqual([]);
  });

  it('goes on when a listener throws, and warns', async () => {
    const warned = once(process, 'warning');
    const onEvent = () => {
      throw new Error('listener');
    };

    const { result } = await simulate({ tasks: [{ task_id: 'a' }] }, { onEvent });

    expect(result?.status).toBe('completed');
    expect(await warned).toMatchObject([{ message: 'listener' }]);
  });

  it('tells who waits for a run that the orchestrator is closed, and closes only once', async () => {
    const orchestrator = new TaskOrchestrator();
    const run = orchestrator.executePlan({ tasks: [{ task_id: 'a', timeout_seconds: 1, metadata: { mock: { duration_sec: 0.5 } } }] });

    orchestrator.close();
    orchestrator.close();

    await expect(run).rejects.toMatchObject({ name: 'PlanningError', code: 'E5200' });
    await expect(orchestrator.executePlan({ tasks: [{ task_id: 'a' }] })).rejects.toMatchObject({ code: 'E5200' });
  });

  it('leaves a run alone whose id is asked for again', async () => {
    const orchestrator = new TaskOrchestrator({ makeId: () => 'same' });
    const mock = { duration_sec: 0.05 };
    const first = orchestrator.executePlan({ tasks: [{ task_id: 'a', metadata: { mock } }] });

    await expect(orchestrator.executePlan({ tasks: [{ task_id: 'a' }] })).rejects.toMatchObject({
      code: 'E5200',
      cause: { name: 'RunExistsError' },
    });

    expect((await first).status).toBe('completed');
  });

  it('hands each attempt its own inputs, whatever an earlier one did to them', async () => {
    const seen: unknown[] = [];
    const agentExecutor: AgentExecutor = {
      async execute(_agent, { inputs }) {
        seen.push(structuredClone(inputs));
        (inputs.list as number[]).push(2);
        if (seen.length === 1) throw new Error('once more');
        return { response: 1, agent_id: 'x' };
      },
    };

    await simulate({ tasks: [{ task_id: 'a', inputs: { list: [1] } }] }, { agentExecutor });

    expect(seen).toEqual([{ list: [1] }, { list: [1] }]);
  });
});
