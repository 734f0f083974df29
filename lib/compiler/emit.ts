import type { MapState, Retrier, State, StateMachine, StateScope } from './asl.ts';
import type { GroupOf } from './compound-groups.ts';
import { FIXED_NAMES } from './fixed-names.ts';
import { labelOf, type Names } from './labels.ts';
import {
  type BatchLayout,
  type ChildLayout,
  type ForeachLayout,
  hasGate,
  type Layout,
  type MapLayout,
  ordinalsOf,
  type TaskLayout,
} from './layout.ts';
import type { MachineRole } from './machine-names.ts';
import { chunk, writeItems } from './map-items.ts';
import type { RunTaskFunctions } from './run-task-functions.ts';
import { StateNames } from './state-names.ts';
import {
  BATCH,
  childState,
  finishState,
  gateState,
  LISTED,
  type Link,
  listItemsState,
  PASS_ON,
  runTaskState,
  type ScopeEnds,
  settleState,
  type TaskReference,
} from './states.ts';

/** The functions that the states invoke: names or ARNs. */
export interface FunctionNames {
  /** One for tasks of any size, or one for each size class. */
  readonly runTask: RunTaskFunctions;
  readonly admitTask: string;
  readonly listItems: string;
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
  /** The ARN of the machine of a part that runs on its own, or of a batch of items. */
  readonly childArn: (child: ChildLayout | BatchLayout) => string;
}

/** What is around a part whose states' input is an iteration's item; undefined outside of those. */
type Around = MapLayout | ForeachLayout | undefined;

interface Entry {
  /** The state one enters the part by: its gate, where it has one. */
  readonly first: string;
  readonly main: string;
}

interface Place {
  readonly link: Link;
  readonly output: unknown;
  readonly around: Around;
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
export function emit(root: Layout | BatchLayout, role: MachineRole, options: EmitOptions): StateMachine {
  const names = new StateNames();
  const { functions } = options;
  let scopes = 0;
  /** Compounds that a state is called by already: what lies in it is called by its tasks. */
  const named = new Set<number>();
  const groupName: Names['groupName'] = (part, items) => {
    const group = options.groupOf?.(part, items);
    return group === undefined || named.has(group) ? undefined : options.factsOf(group).groupName;
  };

  const labelNames: Names = {
    nameOf: (task) => options.factsOf(task).name,
    groupName,
    wholeNameOf: (end) => options.factsOf(end).groupName,
  };

  const scope = (node: Layout, around: Around, after?: { name: string; state: State }): StateScope => {
    const parts = node.kind === 'series' ? node.parts : [node];
    const entries = parts.map((part) => entryOf(part, around));
    const ends = parts.some((part) => part.kind === 'task' || part.kind === 'foreach') ? endsOf(++scopes, after?.name) : undefined;
    const states: [string, State][] = [];
    parts.forEach((part, i) => {
      const next = entries[i + 1]?.first ?? after?.name;
      const link: Link = next === undefined ? { End: true } : { Next: next };
      const output = around !== undefined && i < parts.length - 1 ? PASS_ON : {};
      states.push(...write(part, entries[i]!, { link, output, around, ends }));
    });
    if (ends !== undefined) {
      states.push([ends.settle, settleState(functions.settleTask, after === undefined ? { End: true } : { Next: after.name })]);
      if (after === undefined) states.push([ends.stop, { Type: 'Succeed' }]);
    }
    if (after !== undefined) states.push([after.name, after.state]);
    return { StartAt: entries[0]?.first ?? after!.name, States: Object.fromEntries(states) };
  };

  const endsOf = (number: number, after: string | undefined): ScopeEnds => ({
    settle: names.make(FIXED_NAMES.settle(number)),
    stop: after ?? names.make(FIXED_NAMES.stop(number)),
  });

  const entryOf = (part: Layout, around: Around): Entry => {
    const items = itemsOf(around);
    const main = names.make(labelOf(part, items, labelNames));
    const group = groupIn(part, items);
    if (group !== undefined) named.add(group);
    return { first: firstOf(part, main), main };
  };

  const groupIn = (part: Layout, items: MapLayout['items'] | undefined): number | undefined => {
    if (part.kind === 'foreach') return part.end;
    return part.kind === 'parallel' || part.kind === 'map' ? options.groupOf?.(part, items) : undefined;
  };

  const firstOf = (part: Layout, main: string): string => {
    if (part.kind === 'foreach') return names.make(FIXED_NAMES.items(main));
    return part.kind === 'task' && hasGate(part) ? names.make(FIXED_NAMES.gate(main)) : main;
  };

  const write = (part: Layout, entry: Entry, place: Place): [string, State][] => {
    const { output, link, around } = place;
    switch (part.kind) {
      case 'task':
        return taskStates(part, entry, place);
      case 'parallel':
        return [[entry.main, { Type: 'Parallel', Branches: part.parts.map((branch) => scope(branch, around)), Output: output, ...link }]];
      case 'map':
        return [[entry.main, mapState(part, entry.main, place)]];
      case 'foreach':
        return foreachStates(part, entry, place);
      case 'child':
        return [[entry.main, childState(options.childArn(part), output, link)]];
      case 'series':
        throw new TypeError('a series inside a series');
    }
  };

  const taskStates = (task: TaskLayout, entry: Entry, place: Place): [string, State][] => {
    const { around, output, link } = place;
    const items = itemsOf(around);
    const reference = referenceTo(task, around);
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
      output: around === undefined ? {} : PASS_ON,
      next: entry.main,
    });
    return [
      [entry.first, gate],
      [entry.main, run],
    ];
  };

  const mapState = (map: MapLayout, name: string, { output, link }: Place): MapState => {
    let body = scope(map.body, map);
    for (let level = 1; level < map.levels; level++) {
      const inner: State = { Type: 'Map', Items: '{% [$states.input] %}', ItemProcessor: inline(body), Output: {}, End: true };
      const innerName = names.make(FIXED_NAMES.part(name));
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

  /** Asks what the items are, and does them here or, where they are too many, in executions of their own: one of the two Maps has none. */
  const foreachStates = (foreach: ForeachLayout, entry: Entry, { output, link, around, ends }: Place): [string, State][] => {
    const batches = names.make(FIXED_NAMES.batches(entry.main));
    const start = names.make(FIXED_NAMES.batch(entry.main));
    const childArn = options.childArn({ kind: 'batch', of: foreach });
    const end = around?.kind === 'foreach' ? fromFirst(foreach.end, around) : foreach.end;
    return [
      [entry.first, listItemsState(functions.listItems, end, ends!, entry.main)],
      [
        entry.main,
        { Type: 'Map', Items: LISTED.inline, ItemProcessor: inline(scope(foreach.body, foreach)), Output: PASS_ON, Next: batches },
      ],
      [
        batches,
        {
          Type: 'Map',
          Items: LISTED.batches,
          ItemProcessor: inline({ StartAt: start, States: { [start]: childState(childArn, {}, { End: true }, { items: PASS_ON }) } }),
          Output: output === PASS_ON ? LISTED.outer : output,
          ...link,
        },
      ],
    ];
  };

  const batchStates = ({ of: foreach }: BatchLayout): StateScope => {
    const name = names.make(labelOf(foreach, undefined, labelNames));
    const part = names.make(FIXED_NAMES.part(name));
    const items: State = { Type: 'Map', Items: PASS_ON, ItemProcessor: inline(scope(foreach.body, foreach)), Output: {}, End: true };
    const chunks: State = {
      Type: 'Map',
      Items: BATCH,
      ItemProcessor: inline({ StartAt: part, States: { [part]: items } }),
      Output: {},
      End: true,
    };
    return { StartAt: name, States: { [name]: chunks } };
  };

  if (root.kind === 'batch') return { QueryLanguage: 'JSONata', ...batchStates(root) };
  const after = role === 'run' ? { name: names.make(FIXED_NAMES.finish), state: finishState(functions.finishRun) } : undefined;
  const timeout = role === 'run' && options.runTimeoutSec !== undefined ? { TimeoutSeconds: options.runTimeoutSec } : {};
  return { QueryLanguage: 'JSONata', ...timeout, ...scope(root, undefined, after) };
}

function inline(body: StateScope): MapState['ItemProcessor'] {
  return { ProcessorConfig: { Mode: 'INLINE' }, ...body };
}

function itemsOf(around: Around): MapLayout['items'] | undefined {
  return around?.kind === 'map' ? around.items : undefined;
}

/** Which task a state is for: in a Map its item says so, in a foreach the item is the ordinal of its first task. */
function referenceTo({ task, position }: TaskLayout, around: Around): TaskReference {
  if (around?.kind === 'foreach') return fromFirst(task, around);
  return around === undefined || position === undefined ? task : itemAt(position, around.items);
}

function fromFirst(task: number, { first }: ForeachLayout): string {
  return task === first ? PASS_ON : `{% $states.input + ${task - first} %}`;
}

function itemAt(position: number, items: MapLayout['items']): string {
  return items[0]!.length === 1 ? PASS_ON : `{% $states.input[${position}] %}`;
}
