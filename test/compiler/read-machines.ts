import type { MapState, State, StateMachine, StateScope, TaskState } from '../../lib/compiler/asl.ts';
import type { Machine } from '../../lib/compiler/content-hash.ts';
import type { Structure } from '../../lib/compiler/structure/structure.ts';

export interface ReadMachines {
  /** What the definitions make of the tasks, Maps and machines of their own written out; undefined where they hold no task. */
  readonly structure: Structure | undefined;
  /** Ordinals that pass a gate's state first. */
  readonly gated: ReadonlySet<number>;
  /** By the end of each foreach, what the machine of its batches does for one item. */
  readonly batches: ReadonlyMap<number, Structure | undefined>;
}

const INLINE_ITEMS = '{% $states.input.listed.inline %}';
const BATCHES = '{% $states.input.listed.batches %}';
const BATCH = '{% $states.context.Execution.Input.items %}';

interface TaskArguments {
  readonly StateMachineArn?: string;
  readonly FunctionName?: string;
  readonly Payload?: { readonly task: number | string };
}

/**
 * Reads definitions back: shares no code with the compiler. Functions are `run`, `admit` and `list`, and a machine's ARN is its name. Of a
 * foreach one item is read, that of the tasks that stand for all of them.
 *
 * @param gateOf the dependencies that a task's gate waits for
 * @param firstOf the lowest ordinal of the tasks that stand for the items of a foreach, by its end
 */
export function readMachines(
  machines: readonly Machine[],
  gateOf: (ordinal: number) => readonly number[],
  firstOf: (end: number) => number = noForeach,
): ReadMachines {
  const definitions = new Map(machines.map(({ name, definition }) => [name, JSON.parse(definition) as StateMachine]));
  const gated = new Set<number>();
  const batches = new Map<number, Structure | undefined>();

  const scope = ({ StartAt, States }: StateScope, item: unknown): Structure[] => {
    const parts: Structure[] = [];
    let end: number | undefined;
    for (let name: string | undefined = StartAt; name !== undefined; ) {
      const state: State = States[name]!;
      end = listed(state, item) ?? end;
      const read = state.Type === 'Map' && state.Items === BATCHES ? batch(state, end!) : part(state, itemsIn(state, item, end));
      if (read !== undefined) parts.push(read);
      name = 'Next' in state ? state.Next : undefined;
    }
    return parts;
  };

  /** The foreach, by its end, whose items a state asks for. */
  const listed = (state: State, item: unknown): number | undefined => {
    if (state.Type !== 'Task') return undefined;
    const { FunctionName, Payload } = state.Arguments as TaskArguments;
    return FunctionName === 'list' ? ordinalOf(Payload!.task, item) : undefined;
  };

  /** What the Map of a foreach is to find in its state's input instead of an item. */
  const itemsIn = (state: State, item: unknown, end: number | undefined): unknown =>
    state.Type === 'Map' && state.Items === INLINE_ITEMS ? [firstOf(end!)] : item;

  /** Does what the foreach before it does in its own machine, so it is not read as a part. */
  const batch = ({ ItemProcessor }: MapState, end: number): undefined => {
    const [start] = Object.values(ItemProcessor.States);
    const { StateMachineArn } = (start as TaskState).Arguments as TaskArguments;
    batches.set(end, block('series', scope(definitions.get(StateMachineArn!)!, [[firstOf(end)]])));
  };

  const part = (state: State, item: unknown): Structure | undefined => {
    switch (state.Type) {
      case 'Task':
        return task(state, item);
      case 'Parallel':
        return block(
          'parallel',
          state.Branches.map((branch) => block('series', scope(branch, item))),
        );
      case 'Map': {
        const items = INPUTS.has(state.Items) ? (item as unknown[]) : expand(state.Items);
        return block(
          'parallel',
          items.map((each) => block('series', scope(state.ItemProcessor, each))),
        );
      }
      default:
        return undefined;
    }
  };

  const task = ({ Arguments }: TaskState, item: unknown): Structure | undefined => {
    const { StateMachineArn, FunctionName, Payload } = Arguments as TaskArguments;
    if (StateMachineArn !== undefined) return block('series', scope(definitions.get(StateMachineArn)!, undefined));
    if (FunctionName !== 'run' && FunctionName !== 'admit') return undefined;
    const ordinal = ordinalOf(Payload!.task, item);
    if (FunctionName === 'run') return { kind: 'task', task: ordinal, gate: gateOf(ordinal) };
    gated.add(ordinal);
    return undefined;
  };

  const run = definitions.get(machines.at(-1)!.name)!;
  return { structure: block('series', scope(run, undefined)), gated, batches };
}

/** Items of Maps that are in the state's input, or in that of an execution. */
const INPUTS = new Set<unknown>(['{% [$states.input] %}', '{% $states.input %}', INLINE_ITEMS, BATCH]);

function noForeach(end: number): never {
  throw new TypeError(`nobody said where the items of ${end} begin`);
}

function ordinalOf(reference: number | string, item: unknown): number {
  if (typeof reference === 'number') return reference;
  const further = /\+ (\d+) %/.exec(reference);
  if (further !== null) return (item as number) + Number(further[1]);
  const position = /\[(\d+)\]/.exec(reference);
  return (position === null ? item : (item as number[])[Number(position[1])]) as number;
}

/** The array, or `{% [0..39,[40,41]] %}` written out. */
function expand(items: unknown): unknown[] {
  if (Array.isArray(items)) return items;
  const ranges = (items as string).slice(3, -3);
  return JSON.parse(
    ranges.replace(/(\d+)\.\.(\d+)/g, (_, from: string, to: string) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (__, i) => Number(from) + i).join(),
    ),
  ) as unknown[];
}

/** Series in series and parallels in parallels dissolve, single parts stand for themselves. */
function block(kind: 'series' | 'parallel', parts: readonly (Structure | undefined)[]): Structure | undefined {
  const flat = parts.flatMap((each) => (each === undefined ? [] : each.kind === kind ? each.parts : [each]));
  return flat.length > 1 ? { kind, parts: flat } : flat[0];
}
