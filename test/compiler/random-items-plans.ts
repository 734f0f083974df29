import fc from 'fast-check';

export interface ItemsTask {
  readonly task_id: string;
  readonly task_type: 'atomic' | 'compound';
  readonly foreach?: string | readonly unknown[];
  readonly max_concurrency?: number;
  readonly tolerated_failures?: number | string;
  readonly on_failure?: string;
  readonly dependencies: { readonly task_id: string; readonly dependency_type?: string; readonly condition?: string }[];
  readonly trigger_rule: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly timeout_seconds: number | null;
  readonly retry_policy: { readonly max_retries: number; readonly initial_delay_sec: number };
  readonly pool: string | null;
  readonly priority: number;
  readonly metadata: { readonly mock: Readonly<Record<string, unknown>> };
  readonly subtasks: readonly ItemsTask[];
}

export interface ItemsPlan {
  readonly tasks: readonly ItemsTask[];
  readonly pools: Readonly<Record<string, number>>;
  readonly on_failure: 'continue' | 'fail_fast';
}

interface Drawn {
  readonly list: readonly unknown[] | null;
  readonly source: 'literal' | 'task' | 'item';
  readonly maxConcurrency: number | null;
  readonly tolerated: number | string | null;
  readonly reads: 'nothing' | 'item' | 'index' | 'list';
  readonly subtasks: readonly Drawn[];
  readonly links: readonly number[];
  readonly rule: string;
  readonly condition: string | null;
  readonly onFailure: 'continue' | 'fail_fast';
  readonly duration: number;
  readonly failTimes: number;
  readonly maxRetries: number;
  readonly timeout: number | null;
  readonly pool: string | null;
  readonly priority: number;
}

const RULES = ['all_success', 'all_success', 'all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'] as const;
const POOLS = ['gpu', 'net'] as const;

/** A list of so many, of which some have a list of their own. */
function listOf(count: number, inner: number): unknown[] {
  return Array.from({ length: count }, (_, i) => ((i + inner) % 3 === 0 ? i : { list: Array.from({ length: inner }, (__, n) => n) }));
}

const anyList = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) }, { weight: 1, arbitrary: fc.integer({ min: 39, max: 45 }) }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([count, inner]) => listOf(count, inner));

/**
 * Plans with foreach tasks: over written lists, over what an earlier task puts out, and over a list of the item around; of plain tasks and of
 * compounds, in compounds and in items of others, with all that may stand before and behind them.
 */
export function randomItemsPlan(): fc.Arbitrary<ItemsPlan> {
  const drawn = (depth: number, inForeach: number): fc.Arbitrary<Drawn> =>
    fc
      // an item of an item of an item comes to too many tasks to be run often
      .oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: inForeach > 1 ? 0 : 2, arbitrary: anyList })
      .chain((list) =>
        fc.record({
          list: fc.constant(list === null || inForeach === 0 ? list : list.slice(0, 3)),
          source: fc.constantFrom('literal' as const, 'task' as const, 'item' as const),
          maxConcurrency: fc.constantFrom(null, null, 1, 3, 50),
          tolerated: fc.constantFrom(null, null, 1, '50%'),
          reads: fc.constantFrom('nothing' as const, 'nothing' as const, 'item' as const, 'index' as const, 'list' as const),
          subtasks:
            depth === 0
              ? fc.constant([])
              : fc.oneof(
                  { weight: 1, arbitrary: fc.constant([]) },
                  { weight: 1, arbitrary: fc.array(drawn(depth - 1, inForeach + (list === null ? 0 : 1)), { minLength: 1, maxLength: 4 }) },
                ),
          links: fc.array(fc.nat(), { maxLength: 3 }),
          rule: fc.constantFrom(...RULES),
          condition: fc.constantFrom(null, null, null, 'true', 'outputs.n > 1'),
          onFailure: fc.constantFrom('continue' as const, 'continue' as const, 'fail_fast' as const),
          duration: fc.integer({ min: 0, max: 20 }),
          failTimes: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 3 })),
          maxRetries: fc.integer({ min: 0, max: 2 }),
          timeout: fc.constantFrom(null, null, 5, 60),
          pool: fc.constantFrom(null, null, ...POOLS),
          priority: fc.constantFrom(0, 0, 0, 1, -3),
        }),
      );
  return fc
    .record({
      tasks: fc.array(drawn(3, 0), { minLength: 1, maxLength: 7 }),
      limits: fc.tuple(...POOLS.map(() => fc.integer({ min: 1, max: 12 }))),
      onFailure: fc.constantFrom('continue' as const, 'continue' as const, 'fail_fast' as const),
    })
    .map(({ tasks, limits, onFailure }) => ({
      tasks: assemble(tasks),
      pools: Object.fromEntries(POOLS.map((name, i) => [name, limits[i]!])),
      on_failure: onFailure,
    }));
}

interface Earlier {
  /** The whole id. */
  readonly id: string;
  readonly parent: string;
  /** The foreach that it is in, if any. */
  readonly foreach: string | undefined;
  /** What it puts out as `list`; undefined for compounds. */
  readonly list: string | undefined;
}

/** Tasks depend on what stands before them and is in the same foreach, if in any. */
function assemble(drawn: readonly Drawn[]): ItemsTask[] {
  const earlier: Earlier[] = [];
  let count = 0;
  const make = (task: Drawn, parent: string, foreach: string | undefined): ItemsTask => {
    const task_id = `t${count++}`;
    const id = parent + task_id;
    const isForeach = task.list !== null;
    const isCompound = task.subtasks.length > 0;
    // within an item only what is around has an id that can be written
    const isReachable = (other: Earlier): boolean => foreach === undefined || parent.startsWith(other.parent);
    const near = earlier.filter((other) => other.foreach === foreach && isReachable(other)).slice(-9);
    const on = [...new Set(task.links.map((link) => near[link % near.length]).filter((other) => other !== undefined))];
    const mayRead = (other: Earlier): boolean => other.foreach === undefined || (other.foreach === foreach && isReachable(other));
    const source = earlier.findLast((other) => other.list !== undefined && mayRead(other))?.list;
    const made = task.subtasks.map((subtask) => make(subtask, `${id}/`, isForeach ? id : foreach));
    const isPlain = !isForeach && !isCompound;
    earlier.push({ id, parent, foreach, list: isPlain ? `{{${foreach === undefined ? id : task_id}.list}}` : undefined });
    const { mock, ...common } = fieldsOf(task, isCompound);
    return {
      task_id,
      ...common,
      ...(isForeach ? foreachFields(task, source, foreach) : {}),
      ...(isForeach || isCompound ? { on_failure: task.onFailure } : {}),
      ...(isCompound ? { outputs: isForeach ? { at: '{{index}}' } : { n: 2 } } : {}),
      inputs: isForeach || foreach !== undefined ? inputsOf(task) : {},
      trigger_rule: on.length > 0 ? task.rule : 'all_success',
      dependencies: on.map((other, i) => ({
        task_id: foreach !== undefined || other.parent === parent ? other.id.slice(other.parent.length) : other.id,
        ...(i === 0 && task.condition !== null ? { dependency_type: 'conditional', condition: task.condition } : {}),
      })),
      metadata: { mock: { ...mock, outputs: { n: task.duration % 4, list: task.list ?? listOf(2, 1) } } },
      subtasks: made,
    };
  };
  return drawn.map((each) => make(each, '', undefined));
}

function fieldsOf(task: Drawn, isCompound: boolean) {
  return {
    task_type: isCompound ? ('compound' as const) : ('atomic' as const),
    timeout_seconds: isCompound ? task.timeout : 100,
    retry_policy: { max_retries: task.maxRetries, initial_delay_sec: 1 },
    pool: task.pool,
    priority: task.priority,
    mock: { duration_sec: task.duration, fail_times: task.failTimes },
  };
}

function foreachFields(task: Drawn, source: string | undefined, foreach: string | undefined) {
  const fromItem = task.source === 'item' && foreach !== undefined ? '{{item.list}}' : undefined;
  const fromTask = task.source === 'task' ? source : undefined;
  return {
    foreach: fromItem ?? fromTask ?? task.list!,
    ...(task.maxConcurrency === null ? {} : { max_concurrency: task.maxConcurrency }),
    ...(task.tolerated === null ? {} : { tolerated_failures: task.tolerated }),
  };
}

/** Not every item has a list: where one is read that is not there the task fails. */
function inputsOf({ reads }: Drawn): Record<string, unknown> {
  if (reads === 'nothing') return {};
  return { read: reads === 'list' ? '{{item.list}}' : `{{${reads}}}` };
}
