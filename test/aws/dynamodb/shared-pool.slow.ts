import { describe, expect, inject, test } from 'vitest';
import { DynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import { LocalEngine } from '../../../lib/local/local-engine.ts';
import { RealClock } from '../../../lib/local/real-clock.ts';
import { preparePlan } from '../../../lib/planning/prepare-plan.ts';
import { executionName } from '../../../lib/runtime/execution-name.ts';
import type { Dispatcher } from '../../../lib/runtime/ports/executors.ts';
import type { WorkflowEngine } from '../../../lib/runtime/ports/workflow-engine.ts';
import { makeRuntime } from '../../../lib/runtime/runtime.ts';
import { settleRun } from '../../../lib/runtime/settle-run.ts';
import { startRun } from '../../../lib/runtime/start-run.ts';
import { localClient, makeTable } from '../../dynamodb-local/test-table.ts';

const endpoint = inject('dynamoDbEndpoint');
const LIMIT = 3;
const TASKS = 200;
const plan = { tasks: Array.from({ length: TASKS }, (_, n) => ({ task_id: `t${n}`, pool: 'gpu' })) };
const { compilation } = preparePlan(plan, { maxParallelTasks: TASKS, sharedPools: new Set(['gpu']) });

describe.skipIf(endpoint === null)('two runs that share a pool on DynamoDB Local', () => {
  test('hold its limit, and one goes on when the other is killed half-way', { timeout: 180_000 }, async () => {
    const client = localClient(endpoint!);
    const table = `shared-pool-${process.pid}`;
    await makeTable(client, table);
    const store = new DynamoStore({ client, table });
    await store.putSharedPool({ name: 'gpu', limit: LIMIT });
    const clock = new RealClock();
    const engines = { mortal: new LocalEngine({ clock }), survivor: new LocalEngine({ clock }) };
    const inside = new Set<string>();
    let most = 0;
    let isDead = false;

    // Step Functions carries a token to whoever waits under it
    const openGate = async (token: string): Promise<boolean> =>
      (await engines.survivor.openGate(token)) || (!isDead && (await engines.mortal.openGate(token)));
    const runtimeOf = (name: keyof typeof engines) => {
      const own: WorkflowEngine = engines[name];
      const engine: WorkflowEngine = {
        ensureMachine: (machine) => own.ensureMachine(machine),
        startExecution: (...args) => own.startExecution(...args),
        stopExecution: (...args) => own.stopExecution(...args),
        failTask: (...args) => own.failTask(...args),
        heartbeat: (token) => own.heartbeat(token),
        openGate,
      };
      const dispatch: Dispatcher = async ({ record }) => {
        const task = `${name} ${record.id}`;
        inside.add(task);
        most = Math.max(most, inside.size);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside.delete(task);
        return {};
      };
      const runtime = makeRuntime({ store, engine, dispatch, clock });
      engines[name].attach(runtime);
      return runtime;
    };
    const runtimes = { mortal: runtimeOf('mortal'), survivor: runtimeOf('survivor') };
    const start = (name: keyof typeof engines) =>
      startRun(runtimes[name], {
        run: { run_id: name, plan_id: 'p', goal_id: null, context: {}, folder: 'first' },
        spec: compilation.spec,
        machines: compilation.machines,
      });

    await Promise.all([start('mortal'), start('survivor')]);
    while ((await store.countTasks('mortal')).completed < TASKS / 4) await new Promise((resolve) => setTimeout(resolve, 50));
    isDead = true;
    engines.mortal.close();
    await settleRun(runtimes.survivor, 'mortal', { reason: 'the execution ended ABORTED' }); // what reconcile does
    for (const task of inside) if (task.startsWith('mortal')) inside.delete(task);
    const { status } = await engines.survivor.waitForEnd(executionName('survivor', 1));

    expect(status).toBe('SUCCEEDED');
    expect(most).toBeLessThanOrEqual(LIMIT);
    expect((await store.countTasks('survivor')).completed).toBe(TASKS);
    expect((await store.getRun('mortal'))!.status).toBe('failed');
    expect(await store.listSharedPools()).toEqual([{ name: 'gpu', limit: LIMIT, held: 0, waiting_runs: 0 }]);
  });
});
