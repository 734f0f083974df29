interface Inside<Where> {
  readonly within?: Where;
}

/**
 * The ends of the compounds that a task is in, the nearest first.
 *
 * @param endOf finds an end by what `within` says: by its id in a plan, by its ordinal in records
 */
export function compoundsAround<Where extends string | number, Each extends Inside<Where>>(
  task: Each & Inside<Where>,
  endOf: (within: Where) => Each,
): Each[] {
  const around: Each[] = [];
  for (let at = task.within; at !== undefined; at = (around.at(-1) as Inside<Where>).within) around.push(endOf(at));
  return around;
}
