import type { SortedGraph } from '../../graph/task-graph.ts';
import type { Family } from './families.ts';

/** What the passes work on: the graph, and which of its tasks are to be gated as things stand. */
export interface Gating {
  readonly graph: SortedGraph;
  /** Per task its family. */
  readonly family: readonly Family[];
  /** Per task 1 when it is gated: then no dependency of it needs to be held by the structure. */
  readonly gated: Uint8Array;
}
