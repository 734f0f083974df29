import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { readGateToken } from './gate-token.ts';
import type { TimeName } from './metric-names.ts';

/** A runtime that tells how long tasks waited at the gates it opens. Only it understands the tokens of `gate-token.ts`. */
export function timedGates(runtime: Runtime, metrics: Pick<Metrics, 'addMetric'>): Runtime {
  const { engine, clock } = runtime;
  return {
    ...runtime,
    engine: {
      ensureMachine: (machine) => engine.ensureMachine(machine),
      startExecution: (machineName, executionName, input) => engine.startExecution(machineName, executionName, input),
      stopExecution: (machineName, executionName) => engine.stopExecution(machineName, executionName),
      openGate: async (kept) => {
        const { token, enteredMs } = readGateToken(kept);
        const opened = await engine.openGate(token);
        if (opened && enteredMs !== undefined) {
          metrics.addMetric('GateWait' satisfies TimeName, MetricUnit.Milliseconds, Math.max(0, clock.now() - enteredMs));
        }
        return opened;
      },
      failTask: (token, error) => engine.failTask(token, error),
      heartbeat: (token) => engine.heartbeat(token),
    },
  };
}
