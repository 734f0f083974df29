import type { Dag, DagTask } from './dag.ts';

/** What a task does. A contestant calls it once for each task, after those of its dependencies have ended. */
export type Execute = (task: DagTask) => Promise<void>;

/** Something that runs task graphs. */
export interface Contestant {
  readonly name: string;
  /** What of a run that is under way survives: nothing, the death of its processes, or that of the machine (all but the disk). */
  readonly survives: 'nothing' | 'process' | 'machine';
  /** Starts servers and workers. Not measured. */
  start(): Promise<Started>;
}

export interface Started {
  /** Registers a graph where the contestant wants that. Not measured; what it gives is: from submit to result. */
  prepare(dag: Dag, execute: Execute): Promise<() => Promise<unknown>>;
  /** Processes besides this one. */
  readonly childPids?: readonly number[];
  stop(): Promise<void>;
}

/** A module of bench/contestants or bench/peers/contestants. */
export interface ContestantModule {
  readonly contestant: Contestant;
}
