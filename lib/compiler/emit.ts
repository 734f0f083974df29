import type { MapState, Retrier, State, StateMachine, StateScope } from './asl.ts';
import type { GroupOf } from './compound-groups.ts';
import { labelOf, type Names } from './labels.ts';
import { type ChildLayout, hasGate, type Layout, type MapLayout, ordinalsOf, type TaskLayout } from './layout.ts';
import type { MachineRole } from './machine-names.ts';
import { chunk, writeItems } from './map-items.ts';
import type { RunTaskFunctions } from './run-task-functions.ts';
import { StateNames } from './state-names.ts';
import { childState, finishState, gateState, type Link, PASS_ON, runTaskState, type ScopeEnds, settleState } from './states.ts';

/** The functions that the states invoke: names or ARNs. */
export interface FunctionNames {
  /** One for tasks of any size, or one for each size class. */
  readonly runTask: RunTaskFunctions;
  readonly admitTask: string;
  readonly settleTask: string;
  readonly finishRun: string;
}

/** What the states of a task say besides its ordinal. */
export interface TaskFacts {
  readonly name: string;
  /** Of a compound's end: what the compound is called. */
  readonly groupName?: string;
  readonly timeoutSec: number;
  readonly retriers: Retrier[];
  /** Takes longer than a function may run, or its executor reports later. */
  readonly callback: boolean;
  /** The function that carries it out. */
  readonly runTask: string;
}

export interface EmitOptions {
  readonly functions: Omit<FunctionNames, 'runTask'>;
  readonly factsOf: (task: number) => TaskFacts;
  /** Absent where there are no compounds. */
  readonly groupOf?: GroupOf | undefined;
  /** Seconds after which a gate that is still closed is entered anew. */
  readonly gateTimeoutSec: number;
  /** Seconds after which a run's execution is ended from outside; undefined: never. */
  readonly runTimeoutSec?: number | undefined;
  /** The ARN of the machine of a part that runs on its own. */
  readonly childArn: (child: ChildLayout) => string;
}

/** The items of the Map around a part; undefined outside of Maps. */
type Items = MapLayout['items'] | undefined;

interface Entry {
  /** The state one enters the part by: its gate, where it has one. */
  readonly first: string;
  readonly main: string;
}

interface Place {
  readonly link: Link;
  readonly output: unknown;
  readonly items: Items;
  readonly ends: ScopeEnds | undefined;
}

/**
 * Writes a layout as a state machine. All that varies between runs is `run_id`, read from the execution's input; all that a
 * state knows of its task is the ordinal. The user's text stands in state names only, which nothing evaluates.
 *
 * Inside a Map the state input is the iteration's item, so every state there but the last passes it on; elsewhere nobody reads
 * it. Last states answer `{}`: results of wide Maps and Parallels stay far below 256 KiB.
 *
 * @param role a `run` totals itself at its end; a `child` is a part of one and leaves that to it
 */
export function emit(root: Layout, role: MachineRole, options: EmitOptions): StateMachine {
  const names = new StateNames();
  const { functions } = options;
  let scopes = 0;
  /** Compounds that a state is called by already: what lies in it is called by its tasks. */
  const named = new Set<number>();
  const groupName: Names['groupName'] = (part, items) => {
    const group = options.groupOf?.(part, items);
    return group === undefined || named.has(group) ? undefined : options.factsOf(group).groupName;
  };

  const scope = (node: Layout, items: Items, after?: { name: string; state: State }): StateScope => {
    const parts = node.kind === 'series' ? node.parts : [node];
    const entries = parts.map((part) => entryOf(part, items));
    const ends = parts.some((part) => part.kind === 'task') ? endsOf(++scopes, after?.name) : undefined;
    const states: [string, State][] = [];
    parts.forEach((part, i) => {
      const next = entries[i + 1]?.first ?? after?.name;
      const link: Link = next === undefined ? { End: true } : { Next: next };
      const output = items !== undefined && i < parts.length - 1 ? PASS_ON : {};
      states.push(...write(part, entries[i]!, { link, output, items, ends }));
    });
    if (ends !== undefined) {
      states.push([ends.settle, settleState(functions.settleTask, after === undefined ? { End: true } : { Next: after.name })]);
      if (after === undefined) states.push([ends.stop, { Type: 'Succeed' }]);
    }
    if (after !== undefined) states.push([after.name, after.state]);
    return { StartAt: entries[0]!.first, States: Object.fromEntries(states) };
  };

  const endsOf = (number: number, after: string | undefined): ScopeEnds => ({
    settle: names.make(`settle failure ${number}`),
    stop: after ?? names.make(`stop ${number}`),
  });

  const entryOf = (part: Layout, items: Items): Entry => {
    const main = names.make(labelOf(part, items, { nameOf: (task) => options.factsOf(task).name, groupName }));
    const group = part.kind === 'parallel' || part.kind === 'map' ? options.groupOf?.(part, items) : undefined;
    if (group !== undefined) named.add(group);
    const first = part.kind === 'task' && hasGate(part) ? names.make(`gate: ${main}`) : main;
    return { first, main };
  };

  const write = (part: Layout, entry: Entry, place: Place): [string, State][] => {
    const { output, link, items } = place;
    switch (part.kind) {
      case 'task':
        return taskStates(part, entry, place);
      case 'parallel':
        return [[entry.main, { Type: 'Parallel', Branches: part.parts.map((branch) => scope(branch, items)), Output: output, ...link }]];
      case 'map':
        return [[entry.main, mapState(part, entry.main, place)]];
      case 'child':
        return [[entry.main, childState(options.childArn(part), output, link)]];
      case 'series':
        throw new TypeError('a series inside a series');
    }
  };

  const taskStates = (task: TaskLayout, entry: Entry, place: Place): [string, State][] => {
    const { items, output, link } = place;
    const reference = items === undefined || task.position === undefined ? task.task : itemAt(task.position, items);
    const run = runTaskState({
      functionName: options.factsOf(task.task).runTask,
      task: reference,
      timeoutSec: ordinalsOf(task, items).reduce((longest, each) => Math.max(longest, options.factsOf(each).timeoutSec), 0),
      retriers: options.factsOf(task.task).retriers,
      callback: options.factsOf(task.task).callback,
      ends: place.ends!,
      output,
      link,
    });
    if (entry.first === entry.main) return [[entry.main, run]];
    const gate = gateState({
      functionName: functions.admitTask,
      task: reference,
      timeoutSec: options.gateTimeoutSec,
      output: items === undefined ? {} : PASS_ON,
      next: entry.main,
    });
    return [
      [entry.first, gate],
      [entry.main, run],
    ];
  };

  const mapState = (map: MapLayout, name: string, { output, link }: Place): MapState => {
    let body = scope(map.body, map.items);
    for (let level = 1; level < map.levels; level++) {
      const inner: State = { Type: 'Map', Items: '{% [$states.input] %}', ItemProcessor: inline(body), Output: {}, End: true };
      const innerName = names.make(`${name} part`);
      body = { StartAt: innerName, States: { [innerName]: inner } };
    }
    return {
      Type: 'Map',
      Items: writeItems(chunk(map.items, map.levels)),
      ...(map.maxConcurrency === undefined ? {} : { MaxConcurrency: map.maxConcurrency }),
      ItemProcessor: inline(body),
      Output: output,
      ...link,
    };
  };

  const after = role === 'run' ? { name: names.make('finish run'), state: finishState(functions.finishRun) } : undefined;
  const timeout = role === 'run' && options.runTimeoutSec !== undefined ? { TimeoutSeconds: options.runTimeoutSec } : {};
  return { QueryLanguage: 'JSONata', ...timeout, ...scope(root, undefined, after) };
}

function inline(body: StateScope): MapState['ItemProcessor'] {
  return { ProcessorConfig: { Mode: 'INLINE' }, ...body };
}

function itemAt(position: number, items: MapLayout['items']): string {
  return items[0]!.length === 1 ? PASS_ON : `{% $states.input[${position}] %}`;
}
