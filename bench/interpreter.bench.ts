import { LocalStepFunctions } from '../lib/local/asl/local-step-functions.ts';
import { RealClock } from '../lib/local/real-clock.ts';

/** Microseconds that the interpreter spends on one Task state of a function that does nothing. `node bench/interpreter.bench.ts` */
const TASKS = 2_000;
const RUNS = 30;
const WARM_UP_RUNS = 10;

const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  TimeoutSeconds: 300,
  Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }],
  Catch: [{ ErrorEquals: ['States.ALL'], Output: {}, Next: 'Failed' }],
  Output: {},
};
const run_id = '{% $states.context.Execution.Input.run_id %}';
const args = (task: unknown, run: string = run_id): object => ({ FunctionName: 'run-task', Payload: { run_id: run, task } });
const FAILED = { Type: 'Succeed' };

function sequence(runIdOf: string): object {
  const states: Record<string, object> = { Failed: FAILED };
  for (let i = 0; i < TASKS; i++) {
    states[`Task ${i}`] = { ...TASK, Arguments: args(i, runIdOf), ...(i === TASKS - 1 ? { End: true } : { Next: `Task ${i + 1}` }) };
  }
  return { StartAt: 'Task 0', States: states };
}

function fanOut(): object {
  const body = { StartAt: 'Item', States: { Item: { ...TASK, Arguments: args('{% $states.input %}'), End: true }, Failed: FAILED } };
  const map = { Type: 'Map', Items: Array.from({ length: TASKS }, (_, i) => i), ItemProcessor: body, Output: {}, End: true };
  return { StartAt: 'Each', States: { Each: map } };
}

function parallel(): object {
  const branches = Array.from({ length: 1_000 }, (_, i) => ({
    StartAt: `First ${i}`,
    States: {
      [`First ${i}`]: { ...TASK, Catch: [], Arguments: args(i), Next: `Second ${i}` },
      [`Second ${i}`]: { ...TASK, Catch: [], Arguments: args(i), End: true },
    },
  }));
  return { StartAt: 'All', States: { All: { Type: 'Parallel', Branches: branches, Output: {}, End: true } } };
}

async function measure(name: string, machine: object): Promise<void> {
  const stepFunctions = new LocalStepFunctions({ clock: new RealClock(), invoke: async () => ({}), limits: { historyEvents: 1_000_000 } });
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...machine });
  const createdFrom = performance.now();
  const { stateMachineArn } = stepFunctions.createStateMachine({ name: 'bench', definition });
  const createMs = performance.now() - createdFrom;
  const perTaskUs: number[] = [];
  for (let run = 0; run < WARM_UP_RUNS + RUNS; run++) {
    const from = performance.now();
    const { executionArn } = stepFunctions.startExecution({ stateMachineArn, name: `run-${run}`, input: { run_id: `run-${run}` } });
    const { status } = await stepFunctions.waitForExecution(executionArn);
    if (status !== 'SUCCEEDED') throw new Error(`${name}: ${status}`);
    if (run >= WARM_UP_RUNS) perTaskUs.push(((performance.now() - from) * 1000) / TASKS);
  }
  perTaskUs.sort((a, b) => a - b);
  const median = perTaskUs[RUNS >> 1] ?? Number.NaN;
  console.log(
    `${name.padEnd(34)} ${median.toFixed(1).padStart(6)} µs a task state (best ${perTaskUs[0]?.toFixed(1)}), created in ${createMs.toFixed(0)} ms`,
  );
}

await measure('sequence', sequence(run_id));
await measure('sequence, real JSONata in each', sequence("{% $states.context.Execution.Input.run_id & '' %}"));
await measure('Map, 40 at once', fanOut());
await measure('Parallel of 1,000', parallel());
