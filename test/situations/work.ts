/** Of a mock: how every attempt fails, and only the first. */
export const FAILS = { fail_times: -1 };
export const FAILS_ONCE = { fail_times: 1 };

/** A task that takes so many seconds. It has one attempt, unless it is given more. */
export const work = (task_id: string, duration_sec: number, fields: object = {}, mock: object = {}) => ({
  task_id,
  retry_policy: { max_retries: 0 },
  metadata: { mock: { duration_sec, ...mock } },
  ...fields,
});

/** So many further attempts, the first one two seconds later. */
export const retries = (max_retries: number) => ({ retry_policy: { max_retries, initial_delay_sec: 2 } });

/** Several of the same beside each other, for what has to be large: all that `piece` makes of each number. */
export const times = <T>(count: number, piece: (n: number) => T[]): T[] => Array.from({ length: count }, (_, n) => piece(n)).flat();

/** The same of how tasks end. */
export const endsOf = (count: number, piece: (n: number) => Record<string, string>): Record<string, string> =>
  Object.assign({}, ...Array.from({ length: count }, (_, n) => piece(n)));

/** More than any of these plans needs. */
export const UNLIMITED = { resource_budget: { max_parallel_tasks: 1000 } };
export const atMost = (max_parallel_tasks: number) => ({ resource_budget: { max_parallel_tasks } });
