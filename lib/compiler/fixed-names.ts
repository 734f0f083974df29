/** What states are called by what they do, and for whom, where a task's own name is not theirs. */
export const FIXED_NAMES = {
  /** After a failure; one in each scope, which are counted. */
  settle: (scope: number) => `settle failure ${scope}`,
  /** Where a scope ends that a failure has been settled in. */
  stop: (scope: number) => `stop ${scope}`,
  gate: (task: string) => `gate: ${task}`,
  end: (compound: string) => `${compound} (end)`,
  /** Asks for the items of a foreach. */
  items: (foreach: string) => `items of ${foreach}`,
  /** Does them in executions of their own. */
  batches: (foreach: string) => `${foreach} in batches`,
  /** Starts one of these. */
  batch: (foreach: string) => `batch of ${foreach}`,
  /** The Map within a Map that has too many iterations for one. */
  part: (map: string) => `${map} part`,
  finish: 'finish run',
} as const;
