import { describe, expect, it } from 'vitest';
import { LocalPlatform } from '../lib/local/local-platform.ts';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import { preparePlan } from '../lib/planning/prepare-plan.ts';
import { completeCallback } from '../lib/runtime/complete-callback.ts';
import { executionName } from '../lib/runtime/execution-name.ts';
import type { AgentInput } from '../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { startRun } from '../lib/runtime/start-run.ts';
import { SIMULATION_START } from './simulate.ts';

/** a -> b, a takes long. */
const PLAN = {
  tasks: [
    { task_id: 'a', timeout_seconds: 7200, retry_policy: { max_retries: 1, initial_delay_sec: 1 } },
    { task_id: 'b', task_type: 'tool_call', tool_name: 't', inputs: { x: '{{a.answer}}' } },
  ],
};

/** Runs the plan with an agent that accepts tasks and reports when `later` says so. */
async function run(
  later: (callbackId: string, attempt: number, world: { platform: LocalPlatform; clock: VirtualClock }) => void,
  resource_budget: object | null = null,
) {
  const clock = new VirtualClock(SIMULATION_START);
  const events: RunEvent[] = [];
  let attempt = 0;
  const platform: LocalPlatform = new LocalPlatform({
    clock,
    onEvent: (event) => events.push(event),
    agentExecutor: {
      execute: async (_agent: string, { callback_id }: AgentInput) => {
        later(callback_id!, ++attempt, { platform, clock });
        return { accepted: true as const };
      },
    },
    toolExecutor: { execute: async (_tool, { x }) => ({ success: true, data: x ?? null }) },
  });
  const { compilation } = preparePlan({ ...PLAN, resource_budget });
  await startRun(platform.runtime, {
    run: { run_id: 'r', plan_id: 'p', goal_id: null, context: {} },
    spec: compilation.spec,
    machines: compilation.machines,
  });
  const end = await platform.engine.waitForEnd(executionName('r', 1));
  const log = events
    .filter((event) => event.task_id !== undefined)
    .map((event) => `${(Date.parse(event.at) - SIMULATION_START) / 1000} ${event.task_id} ${event.type.slice(5)} ${event.attempt}`);
  const items = await platform.store.listTasks('r');
  const ended = await platform.store.getRun('r');
  platform.close();
  return { status: end.status, log, items, run: ended };
}

describe('a task that its agent accepts', () => {
  it('counts towards the budget once, when its callback completes it', async () => {
    const budget = { max_token_count: 7, max_cost_usd: 1 };
    const {
      status,
      log,
      run: ended,
    } = await run((id, _, { platform, clock }) => {
      clock.setTimer(1000, async () => {
        const report = { status: 'succeeded' as const, outputs: { answer: 42, tokens_used: 7, cost_usd: 0.25 } };
        await completeCallback(platform.runtime, id, report);
        await completeCallback(platform.runtime, id, report);
      });
    }, budget);

    expect(status).toBe('FAILED');
    expect(log).toEqual(['0 a executing 1', '1 a completed 1', '1 b cancelled 0']);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'E5501' }, tokens_used: 7, cost_usd: 0.25 });
  });

  it('is completed by its callback, with the outputs given there', async () => {
    const outcomes: unknown[] = [];

    const { status, log, items } = await run((id, _, { platform, clock }) => {
      clock.setTimer(3_600_000, async () => {
        const report = { status: 'succeeded' as const, outputs: { answer: 42 } };
        outcomes.push(await completeCallback(platform.runtime, id, report));
        outcomes.push(await completeCallback(platform.runtime, id, report));
        outcomes.push(await completeCallback(platform.runtime, 'no such id', report));
      });
    });

    expect(status).toBe('SUCCEEDED');
    expect(log).toEqual(['0 a executing 1', '3600 a completed 1', '3600 b executing 1', '3600 b completed 1']);
    expect(items.map((item) => item.outputs)).toEqual([{ answer: 42 }, { data: 42 }]);
    expect(outcomes).toEqual(['accepted', 'accepted', 'unknown']);
  });

  it('is retried when its callback reports a failure', async () => {
    const { status, log } = await run((id, attempt, { platform, clock }) => {
      clock.setTimer(10_000, () => {
        void completeCallback(
          platform.runtime,
          id,
          attempt === 1 ? { status: 'failed', error: 'no luck' } : { status: 'succeeded', outputs: { answer: 1 } },
        );
      });
    });

    expect(status).toBe('SUCCEEDED');
    expect(log.slice(0, 4)).toEqual(['0 a executing 1', '10 a pending 1', '11 a executing 2', '21 a completed 2']);
  });

  it('has its timeout anew with each heartbeat', async () => {
    const { status, log } = await run((id, _, { platform, clock }) => {
      for (const hours of [1, 2, 3])
        clock.setTimer(hours * 3_600_000, () => completeCallback(platform.runtime, id, { status: 'heartbeat' }));
      clock.setTimer(4 * 3_600_000, () => completeCallback(platform.runtime, id, { status: 'succeeded', outputs: { answer: 1 } }));
    });

    expect(status).toBe('SUCCEEDED');
    expect(log.slice(0, 2)).toEqual(['0 a executing 1', '14400 a completed 1']);
  });

  it('fails when its heartbeats end', async () => {
    const { status, log } = await run((id, attempt, { platform, clock }) => {
      if (attempt === 1) clock.setTimer(3_600_000, () => completeCallback(platform.runtime, id, { status: 'heartbeat' }));
    });

    expect(status).toBe('FAILED');
    expect(log.slice(0, 3)).toEqual(['0 a executing 1', '10802 a executing 2', '18003 a failed 2']);
  });

  it('fails at its timeout when nobody reports, and late reports are told so', async () => {
    let first: string | undefined;
    let late: unknown;

    const { status, log } = await run((id, attempt, { platform, clock }) => {
      first ??= id;
      if (attempt !== 2) return;
      clock.setTimer(1000, async () => {
        late = await completeCallback(platform.runtime, first!, { status: 'succeeded', outputs: { answer: 1 } });
      });
    });

    expect(status).toBe('FAILED');
    expect(late).toBe('expired');
    expect(log).toEqual(['0 a executing 1', '7202 a executing 2', '14403 a failed 2', '14403 b blocked 0']);
  });
});
