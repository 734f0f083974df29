import { setTimeout as sleep } from 'node:timers/promises';
import type { Dag, DagTask } from './dag.ts';

/** Plays the tasks of one run and sees to it that the contestant runs all of them, once, each after its dependencies. */
export class CheckedRun {
  readonly #dag: Dag;
  readonly #started = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(dag: Dag) {
    this.#dag = dag;
  }

  readonly execute = async (task: DagTask): Promise<void> => {
    if (this.#started.has(task.id)) throw new Error(`${task.id} was started twice`);
    this.#started.add(task.id);
    for (const id of task.dependencies) if (!this.#ended.has(id)) throw new Error(`${task.id} was started before ${id} had ended`);
    if (task.durationMs > 0) await sleep(task.durationMs);
    this.#ended.add(task.id);
  };

  /** @throws where not all tasks have run */
  end(): void {
    const { tasks, name } = this.#dag;
    if (this.#ended.size !== tasks.length) throw new Error(`${this.#ended.size} of the ${tasks.length} tasks of ${name} were run`);
  }
}
