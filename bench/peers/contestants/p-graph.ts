import { type DependencyList, PGraph } from 'p-graph';
import type { Contestant } from '../../measure/contestant.ts';

export const contestant: Contestant = {
  name: 'p-graph',
  survives: 'nothing',
  async start() {
    return {
      async prepare({ tasks }, execute) {
        const nodes = Object.fromEntries(tasks.map((task) => [task.id, { run: () => execute(task) }]));
        const edges: DependencyList = tasks.flatMap((task) => task.dependencies.map((id): [string, string] => [id, task.id]));
        return () => new PGraph(nodes, edges).run();
      },
      async stop() {},
    };
  },
};
