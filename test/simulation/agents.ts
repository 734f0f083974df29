import type { JsonObject } from '../../lib/model/json.ts';
import { TaskFailedError, TaskTimedOutError } from '../../lib/runtime/errors.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import { ACCEPTED, type Dispatcher } from '../../lib/runtime/ports/executors.ts';
import { behaviourOf, type NestedScript, nestedOutputsOf } from './nested-sim-plans.ts';
import { outputsOf, type SimScript } from './sim-plans.ts';

export interface AgentReport {
  readonly callbackId: string;
  readonly outputs: JsonObject;
}

/** Who carries tasks out, as their scripts say: it outlives the functions that dispatch to it. */
export class Agents {
  /** Attempts that failed or were too slow, by task. */
  readonly #failed = new Map<string, number>();
  readonly #clock: Clock;
  readonly #report: (report: AgentReport) => void;

  constructor(clock: Clock, report: (report: AgentReport) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** @param run of which run the tasks are */
  dispatcher(run: string): Dispatcher {
    return async ({ record, inputs, signal, callbackId }) => {
      const { sec, failTimes, later, outputs } = scriptOf(record.mock as unknown as SimScript | NestedScript, record.id);
      const key = `${run} ${record.id}`;
      const count = (): void => void this.#failed.set(key, this.failuresOf(run, record.id) + 1);
      signal.addEventListener('abort', () => signal.reason instanceof TaskTimedOutError && count(), { once: true });
      if (later && callbackId !== undefined && failTimes === 0) {
        this.#clock.setTimer(sec * 1000, () => this.#report({ callbackId, outputs: outputs(inputs) }));
        return ACCEPTED;
      }
      if (sec > 0) await this.#wait(sec, signal);
      if (failTimes < 0 || this.failuresOf(run, record.id) < failTimes) {
        count();
        throw new TaskFailedError('as it was told');
      }
      return outputs(inputs);
    };
  }

  failuresOf(run: string, taskId: string): number {
    return this.#failed.get(`${run} ${taskId}`) ?? 0;
  }

  #wait(sec: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(sec * 1000, resolve);
      signal.addEventListener('abort', () => timer.cancel(), { once: true });
    });
  }
}

interface TaskScript {
  readonly sec: number;
  readonly failTimes: number;
  readonly later: boolean;
  readonly outputs: (inputs: JsonObject) => JsonObject;
}

function scriptOf(mock: SimScript | NestedScript, id: string): TaskScript {
  const { duration_sec, fail_times, later } = mock;
  if (!('drawn' in mock)) return { sec: duration_sec, failTimes: fail_times, later, outputs: (inputs) => outputsOf(id, inputs) };
  const { ms, failTimes } = behaviourOf(mock, id);
  return { sec: ms / 1000, failTimes, later, outputs: (inputs) => nestedOutputsOf(mock, id, inputs) };
}
