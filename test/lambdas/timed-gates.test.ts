import { describe, expect, it } from 'vitest';
import { timedGates } from '../../lambdas/timed-gates.ts';
import type { WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { countedMetrics } from './counted-metrics.ts';

const NOW_MS = 1_772_359_260_000;

/** A runtime whose engine writes down what it is asked for; somebody waits under `token` alone. */
function runtimeWith(calls: unknown[][]): Runtime {
  const engine: WorkflowEngine = {
    ensureMachine: async (...args) => void calls.push(['ensureMachine', ...args]),
    startExecution: async (...args) => void calls.push(['startExecution', ...args]),
    stopExecution: async (...args) => void calls.push(['stopExecution', ...args]),
    openGate: async (token) => calls.push(['openGate', token]) > 0 && token === 'token',
    failTask: async (...args) => calls.push(['failTask', ...args]) > 0,
    heartbeat: async (token) => calls.push(['heartbeat', token]) > 0,
  };
  return { engine, clock: { now: () => NOW_MS } } as Partial<Runtime> as Runtime;
}

describe('opening a gate', () => {
  it.each([
    ['tells how long it was waited at', `entered:${NOW_MS - 1_500}:token`, 'token', true, [['GateWait', 'Milliseconds', 1_500]]],
    ['tells of no time less than none', `entered:${NOW_MS + 9}:token`, 'token', true, [['GateWait', 'Milliseconds', 0]]],
    ['tells nothing where nobody waits any more', `entered:${NOW_MS - 1_500}:dead`, 'dead', false, []],
    ['tells nothing of a state that is no gate', 'token', 'token', true, []],
  ])('%s', async (_, kept, token, opened, told) => {
    const calls: unknown[][] = [];
    const { metrics, added } = countedMetrics();

    expect(await timedGates(runtimeWith(calls), metrics).engine.openGate(kept)).toBe(opened);

    expect(calls).toEqual([['openGate', token]]);
    expect(added).toEqual(told);
  });
});

it('hands on everything else as it is', async () => {
  const calls: unknown[][] = [];
  const { engine } = timedGates(runtimeWith(calls), countedMetrics().metrics);
  const machine = { name: 'm', definition: '{}' };
  const error = { name: 'E', message: 'm' };

  await engine.ensureMachine(machine);
  await engine.startExecution('m', 'e', { run_id: 'r' });
  expect(await engine.failTask('token', error)).toBe(true);
  expect(await engine.heartbeat('token')).toBe(true);

  expect(calls).toEqual([
    ['ensureMachine', machine],
    ['startExecution', 'm', 'e', { run_id: 'r' }],
    ['failTask', 'token', error],
    ['heartbeat', 'token'],
  ]);
});
