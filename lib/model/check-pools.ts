import { didYouMean } from './did-you-mean.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ProblemList } from './problem-list.ts';
import { own, stringOf } from './task-sketch.ts';

/** Tasks in pools that neither the plan has nor all runs share (E5502). */
export function checkPools(plan: JsonObject, tasks: readonly JsonValue[], shared: ReadonlySet<string>, problems: ProblemList): void {
  const pools = own(plan, 'pools');
  const known = new Set([...(isJsonObject(pools) ? Object.keys(pools) : []), ...shared]);
  tasks.forEach((task, ordinal) => {
    const pool = isJsonObject(task) ? stringOf(task, 'pool') : undefined;
    if (pool === undefined || known.has(pool)) return;
    const id = stringOf(task as JsonObject, 'task_id');
    const declare = `declare it in "pools", or for all runs: pools ${pool} LIMIT`;
    const hint = problems.isLong ? {} : { hint: declare, ...didYouMean(pool, known) };
    problems.add(
      'E5502',
      ['tasks', ordinal, 'pool'],
      `there is no pool ${JSON.stringify(pool)}, neither of the plan nor shared`,
      id === undefined ? [] : [id],
      hint,
    );
  });
}
