export abstract class GraphError extends Error {
  abstract override readonly name: string;
}

/** Some tasks wait for each other. */
export class CycleError extends GraphError {
  override readonly name = 'CycleError';
  /** Each task is a dependency of the next one, the last of the first. */
  readonly cycle: readonly number[];

  constructor(cycle: readonly number[]) {
    super(`The tasks form a cycle: ${[...cycle, ...cycle.slice(0, 1)].join(' -> ')}`);
    this.cycle = cycle;
  }
}

/** The ancestors of all tasks would take more memory than is allowed for them. */
export class GraphTooLargeError extends GraphError {
  override readonly name = 'GraphTooLargeError';
  readonly tasks: number;

  constructor(tasks: number) {
    super(`A graph of ${tasks} tasks with this many different sets of ancestors is too large`);
    this.tasks = tasks;
  }
}
