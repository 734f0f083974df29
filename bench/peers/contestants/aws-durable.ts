import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import type { Contestant } from '../../measure/contestant.ts';

/** AWS's durable functions on their local test runner: one step a task, checkpoints in memory. */
export const contestant: Contestant = {
  name: 'aws-durable (local runner)',
  survives: 'nothing',
  async start() {
    await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
    return {
      async prepare({ tasks }, execute) {
        const handlerFunction = withDurableExecution(async (_event: unknown, context: DurableContext) => {
          const ends = new Map<string, Promise<void>>();
          for (const task of tasks) {
            const dependencies = task.dependencies.map((id) => ends.get(id));
            ends.set(
              task.id,
              Promise.all(dependencies).then(() => context.step(task.id, () => execute(task))),
            );
          }
          await Promise.all(ends.values());
        });
        const runner = new LocalDurableTestRunner({ handlerFunction });
        return async () => {
          const execution = await runner.run({ payload: {} });
          if (execution.getStatus() !== 'SUCCEEDED') throw new Error(`the execution ended ${execution.getStatus()}`);
        };
      },
      async stop() {
        await LocalDurableTestRunner.teardownTestEnvironment();
      },
    };
  },
};
