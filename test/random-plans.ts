import fc from 'fast-check';

const POOLS = ['gpu', 'net'] as const;

export interface RandomTask {
  readonly task_id: string;
  readonly name: string;
  readonly timeout_seconds: number;
  readonly dependencies: { readonly task_id: string }[];
  readonly retry_policy: { readonly max_retries: number; readonly initial_delay_sec: number };
  readonly pool: string | null;
  readonly priority: number;
  readonly metadata: { readonly mock: { readonly duration_sec: number; readonly fail_times: number } };
}

export interface RandomPlan {
  readonly tasks: RandomTask[];
  readonly pools: Record<string, number>;
}

/**
 * Plans of all shapes: sparse and dense, layered and not, with crowds of equal siblings and equal chains, so that Maps, gates,
 * places and nested parallels all come up.
 */
export function randomPlan({ failures, pools = false }: { failures: boolean; pools?: boolean }): fc.Arbitrary<RandomPlan> {
  const task = fc.record({
    duration: fc.integer({ min: 0, max: 20 }),
    failTimes: failures ? fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 3 })) : fc.constant(0),
    maxRetries: fc.integer({ min: 0, max: 2 }),
    copies: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.integer({ min: 4, max: 9 }), { weight: 1, arbitrary: fc.constant(45) }),
    joins: fc.boolean(),
    reach: fc.integer({ min: 1, max: 12 }),
    parents: fc.array(fc.nat(), { maxLength: 4 }),
    pool: pools ? fc.constantFrom(null, null, ...POOLS) : fc.constant(null),
    priority: pools ? fc.constantFrom(0, 0, 0, 1, -3) : fc.constant(0),
  });
  const limits = pools ? fc.tuple(...POOLS.map(() => fc.integer({ min: 1, max: 12 }))) : fc.constant([]);
  return fc.tuple(fc.array(task, { minLength: 1, maxLength: 25 }), limits).map(([drawn, sizes]) => {
    const groups: string[][] = [];
    const tasks: RandomTask[] = [];
    drawn.forEach(({ duration, failTimes, maxRetries, copies, joins, reach, parents, pool, priority }, number) => {
      const near = groups.slice(-reach);
      const chosen = near.length === 0 ? [] : parents.map((parent) => near[parent % near.length]!);
      groups.push(
        Array.from({ length: copies }, (_, copy) => {
          const task_id = `t${number}${copies > 1 ? `-${copy}` : ''}`;
          // a copy hangs on its twin in a group of the same size (chains), else on one or on all of the group (joins)
          const on = chosen.flatMap((group) => (group.length === copies ? [group[copy]!] : joins ? group : [group[copy % group.length]!]));
          tasks.push({
            task_id,
            name: `task ${number} copy ${copy}`,
            timeout_seconds: 100,
            dependencies: [...new Set(on)].map((id) => ({ task_id: id })),
            retry_policy: { max_retries: maxRetries, initial_delay_sec: 1 },
            pool,
            priority: copy % 2 === 0 ? priority : 0,
            metadata: { mock: { duration_sec: duration, fail_times: copy === 0 ? failTimes : 0 } },
          });
          return task_id;
        }),
      );
    });
    return { tasks, pools: Object.fromEntries(sizes.map((size, i) => [POOLS[i], size])) };
  });
}
