import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { RunStatus } from '../../lib/model/run.ts';
import { TaskOrchestrator } from '../../lib/orchestrator.ts';
import { ControlRefusedError } from '../../lib/runtime/control-run.ts';
import type { Control } from '../../lib/runtime/control-table.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { makeApi } from '../api/make-api.ts';
import { newRun } from '../contract/factories.ts';
import { SIMULATION_START } from '../simulate.ts';

/** What a caller is told of a control. */
export type Told =
  | { readonly status: RunStatus; readonly execution: number }
  | { readonly refused: RunStatus | undefined; readonly why: string };

/** Where runs are controlled from. Time stands still until it is told. */
export interface World {
  readonly store: RunStore;
  readonly clock: VirtualClock;
  submit(plan: unknown): Promise<string>;
  /** A run that is queued, with a plan that is yet to be compiled. */
  queue(plan: unknown): Promise<string>;
  control(control: Control, runId: string): Promise<Told>;
}

/** A caller of the HTTP API. */
export function apiWorld(): World {
  const { platform, clock, planner, post, call } = makeApi();
  return {
    store: platform.store,
    clock,
    submit: async (plan) => (await post('/plans', plan)).body.run_id,
    queue: async (plan) => (await planner.submitUnread(Buffer.from(JSON.stringify(plan)), {})).run_id,
    async control(control, runId) {
      const { status, body, headers } = await call('POST', `/runs/${runId}/${control}`);
      if (status === 202) {
        if (headers.location !== `/runs/${runId}` || body.run_id !== runId) throw new Error('the answer is about another run');
        return { status: body.status, execution: body.execution };
      }
      if (status !== 409 || body.code !== 'E5200') throw new Error(`${status} ${JSON.stringify(body)}`);
      return { refused: body.run_status, why: body.detail };
    },
  };
}

/** A caller of the class. */
export function classWorld(): World {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const orchestrator = new TaskOrchestrator({ clock });
  return {
    store: orchestrator.store,
    clock,
    submit: async (plan) => (await orchestrator.submit(plan)).run_id,
    // the class compiles what it takes: another has left this one
    queue: async () => (await orchestrator.store.createRun(newRun('left'))).run_id,
    async control(control, runId) {
      try {
        const { status, execution } = await orchestrator[control](runId);
        return { status, execution };
      } catch (error) {
        if (error instanceof ControlRefusedError) return { refused: error.status, why: error.message };
        throw error;
      }
    },
  };
}
