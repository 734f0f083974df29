import type { Contestant } from '../measure/contestant.ts';

/** Promises and nothing else: the least that a run can cost. */
export const contestant: Contestant = {
  name: 'promises (the floor)',
  survives: 'nothing',
  async start() {
    return {
      async prepare({ tasks }, execute) {
        return () => {
          const ends = new Map<string, Promise<void>>();
          for (const task of tasks) {
            const dependencies = task.dependencies.map((id) => ends.get(id));
            ends.set(
              task.id,
              Promise.all(dependencies).then(() => execute(task)),
            );
          }
          return Promise.all(ends.values());
        };
      },
      async stop() {},
    };
  },
};
