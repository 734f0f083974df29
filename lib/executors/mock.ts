import type { JsonObject } from '../model/json.ts';
import { AgentUnavailableError, TaskFailedError } from '../runtime/errors.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { Dispatch, Dispatcher } from '../runtime/ports/executors.ts';

/** `metadata.mock` of a task. */
interface MockScript {
  /** Seconds an attempt takes. */
  readonly duration_sec: number;
  readonly outputs: JsonObject | undefined;
  /** So many attempts fail before one succeeds; -1: all. */
  readonly fail_times: number;
  /** What a failing attempt says; with code E5901 it is an unreachable agent. */
  readonly error: { readonly code: string; readonly message: string };
}

/** Plays tasks as their `metadata.mock` says: for tests, benchmarks, simulation, and until real executors are configured. */
export function makeMockDispatcher(clock: Clock): Dispatcher {
  return async (dispatch) => {
    const script = readScript(dispatch.record.mock);
    if (script.duration_sec > 0) await pause(clock, script.duration_sec, dispatch.signal);
    if (script.fail_times < 0 || dispatch.failures < script.fail_times) {
      const { code, message } = script.error;
      throw code === 'E5901' ? new AgentUnavailableError(message) : new TaskFailedError(message);
    }
    return script.outputs ?? plausibleOutputs(dispatch);
  };
}

function plausibleOutputs({ record }: Dispatch): JsonObject {
  if (record.type === 'tool_call') return { data: `mock data of ${record.toolName}` };
  return { response: `mock response to ${record.name}`, agent_id: record.agentId ?? 'mock', tokens_used: 0 };
}

function readScript(mock: JsonObject | undefined): MockScript {
  const error = mock?.error;
  const scripted = typeof error === 'object' && error !== null && !Array.isArray(error) ? error : undefined;
  return {
    duration_sec: numberOr(mock?.duration_sec, 0),
    outputs: isObject(mock?.outputs) ? mock.outputs : undefined,
    fail_times: numberOr(mock?.fail_times, 0),
    error: {
      code: typeof scripted?.code === 'string' ? scripted.code : 'E5202',
      message: typeof error === 'string' ? error : typeof scripted?.message === 'string' ? scripted.message : 'scripted failure',
    },
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pause(clock: Clock, sec: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(sec * 1000, resolve);
    signal.addEventListener('abort', () => timer.cancel(), { once: true });
  });
}
