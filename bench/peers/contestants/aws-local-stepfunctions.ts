import { StateMachine } from 'aws-local-stepfunctions';
import type { Contestant } from '../../measure/contestant.ts';
import { type Dag, type DagTask, levelsOf } from '../../measure/dag.ts';

/** Another interpreter of the Amazon States Language. It knows series and parallel only, so the graph runs level by level. */
export const contestant: Contestant = {
  name: 'aws-local-stepfunctions (levels)',
  survives: 'nothing',
  async start() {
    return {
      async prepare(dag, execute) {
        // ids may be longer than the names of states
        const names = new Map(dag.tasks.map((task, ordinal) => [task, `task ${ordinal}`]));
        const machine = new StateMachine(definitionOf(dag, names), { validationOptions: { checkArn: false } });
        const taskResourceLocalHandlers = Object.fromEntries([...names].map(([task, name]) => [name, () => answer(execute(task))]));
        return () => machine.run({}, { overrides: { taskResourceLocalHandlers } }).result;
      },
      async stop() {},
    };
  },
};

/** A handler has to answer with JSON. */
async function answer(end: Promise<void>): Promise<Record<string, never>> {
  await end;
  return {};
}

type Definition = ConstructorParameters<typeof StateMachine>[0];

function definitionOf(dag: Dag, names: ReadonlyMap<DagTask, string>): Definition {
  const levels = levelsOf(dag);
  const states = levels.map((tasks, level): [string, Definition['States'][string]] => {
    const link = level === levels.length - 1 ? { End: true as const } : { Next: `level ${level + 1}` };
    return [`level ${level}`, { Type: 'Parallel', Branches: tasks.map((task) => branchOf(names.get(task)!)), ResultPath: null, ...link }];
  });
  return { StartAt: 'level 0', States: Object.fromEntries(states) };
}

function branchOf(name: string): Definition {
  return {
    StartAt: name,
    States: { [name]: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:task', End: true } },
  };
}
