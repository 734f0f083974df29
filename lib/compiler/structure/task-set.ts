/** A set of tasks that is filled often: membership is one comparison, filling it anew does not clear it. */
export class TaskSet {
  readonly #mark: Int32Array;
  #now = 0;

  constructor(size: number) {
    this.#mark = new Int32Array(size);
  }

  fill(tasks: readonly number[]): void {
    this.#now++;
    for (const task of tasks) this.#mark[task] = this.#now;
  }

  has(task: number): boolean {
    return this.#mark[task] === this.#now;
  }
}
