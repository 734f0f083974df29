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
        const machine = new StateMachine(definitionOf(dag), { validationOptions: { checkArn: false } });
        const taskResourceLocalHandlers = Object.fromEntries(dag.tasks.map((task) => [task.id, () => execute(task)]));
        return () => machine.run({}, { overrides: { taskResourceLocalHandlers } }).result;
      },
      async stop() {},
    };
  },
};

type Definition = ConstructorParameters<typeof StateMachine>[0];

function definitionOf(dag: Dag): Definition {
  const levels = levelsOf(dag);
  const states = levels.map((tasks, level): [string, Definition['States'][string]] => {
    const link = level === levels.length - 1 ? { End: true as const } : { Next: `level ${level + 1}` };
    return [`level ${level}`, { Type: 'Parallel', Branches: tasks.map(branchOf), ResultPath: null, ...link }];
  });
  return { StartAt: 'level 0', States: Object.fromEntries(states) };
}

function branchOf({ id }: DagTask): Definition {
  return { StartAt: id, States: { [id]: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:task', End: true } } };
}
