import type { State, StateMachine, StateScope, TaskState } from '../../lib/compiler/asl.ts';
import type { Machine } from '../../lib/compiler/content-hash.ts';
import type { Structure } from '../../lib/compiler/structure/structure.ts';

export interface ReadMachines {
  /** What the definitions make of the tasks, Maps and machines of their own written out; undefined where they hold no task. */
  readonly structure: Structure | undefined;
  /** Ordinals that pass a gate's state first. */
  readonly gated: ReadonlySet<number>;
}

interface TaskArguments {
  readonly StateMachineArn?: string;
  readonly FunctionName?: string;
  readonly Payload?: { readonly task: number | string };
}

/**
 * Reads definitions back: shares no code with the compiler. Functions are `run` and `admit`, and a machine's ARN is its name.
 *
 * @param gateOf the dependencies that a task's gate waits for
 */
export function readMachines(machines: readonly Machine[], gateOf: (ordinal: number) => readonly number[]): ReadMachines {
  const definitions = new Map(machines.map(({ name, definition }) => [name, JSON.parse(definition) as StateMachine]));
  const gated = new Set<number>();

  const scope = ({ StartAt, States }: StateScope, item: unknown): Structure[] => {
    const parts: Structure[] = [];
    for (let name: string | undefined = StartAt; name !== undefined; ) {
      const state: State = States[name]!;
      const read = part(state, item);
      if (read !== undefined) parts.push(read);
      name = 'Next' in state ? state.Next : undefined;
    }
    return parts;
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
        const items = state.Items === '{% [$states.input] %}' ? (item as unknown[]) : expand(state.Items);
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
  return { structure: block('series', scope(run, undefined)), gated };
}

function ordinalOf(reference: number | string, item: unknown): number {
  if (typeof reference === 'number') return reference;
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
