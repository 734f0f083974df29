import { createServer } from 'node:http2';
import { type Context, createEndpointHandler, RestatePromise, service } from '@restatedev/restate-sdk';
import type { Contestant, Execute } from '../../measure/contestant.ts';
import type { Dag, DagTask } from '../../measure/dag.ts';
import { listenLocally } from '../listen-locally.ts';
import { RestateServer } from '../restate-server.ts';

/** Restate's server, one `ctx.run` a task; its journal is on disk. */
export const contestant: Contestant = {
  name: 'restate (ctx.run)',
  survives: 'machine',
  async start() {
    let dag: Dag | undefined;
    let execute: Execute | undefined;
    const run = (context: Context): Promise<void> => runDag(context, dag!, execute!);
    const endpoint = createServer(createEndpointHandler({ services: [service({ name: 'bench', handlers: { run } })] }));
    const port = await listenLocally(endpoint);
    const server = await RestateServer.start();
    await server.register(`http://127.0.0.1:${port}`);
    return {
      async prepare(nextDag, nextExecute) {
        dag = nextDag;
        execute = nextExecute;
        return () => server.call('bench/run');
      },
      childPids: [server.pid],
      async stop() {
        await server.stop();
        endpoint.close();
      },
    };
  },
};

/** Restate replays a handler by the order in which it waits, so there is one place that waits: for whichever task ends next. */
async function runDag(context: Context, { tasks }: Dag, execute: Execute): Promise<void> {
  const dependents = new Map<string, DagTask[]>(tasks.map((task) => [task.id, []]));
  const missing = new Map<DagTask, number>();
  for (const task of tasks) {
    missing.set(task, task.dependencies.length);
    for (const id of task.dependencies) dependents.get(id)!.push(task);
  }
  const running = new Map<string, RestatePromise<string>>();
  const start = (task: DagTask): void => {
    const step = context.run(task.id, () => execute(task));
    running.set(
      task.id,
      step.map(() => task.id),
    );
  };
  for (const task of tasks) if (task.dependencies.length === 0) start(task);
  while (running.size > 0) {
    const ended = await RestatePromise.race([...running.values()]);
    running.delete(ended);
    for (const dependent of dependents.get(ended)!) {
      const left = missing.get(dependent)! - 1;
      missing.set(dependent, left);
      if (left === 0) start(dependent);
    }
  }
}
