import type { JsonObject } from '../../lib/model/json.ts';
import type { Control } from '../../lib/runtime/control-table.ts';
import type { Situation } from './situations.ts';

/** A plan, what is done to its run, and what is to come of it. */
export interface Scenario {
  /** What happens, in a few words: the cell of docs/situations.md. */
  readonly happens: string;
  readonly plan: { readonly tasks: readonly object[]; readonly [field: string]: unknown };
  /** The stored plans that the plan names, by their names. */
  readonly stored?: Readonly<Record<string, { readonly tasks: readonly object[]; readonly [field: string]: unknown }>>;
  /** What is done to the run, each in which second after its start; in order. */
  readonly deeds?: readonly (readonly [atSec: number, deed: Control])[];
  /**
   * How every task ends, and in which second: `completed 4`, and `completed 4, 2 attempts` where there was more than one. Begins of compounds
   * are left out; a task that nobody came to has no end. The task `draft` of the run that the task `report` is has the id `report: draft`.
   */
  readonly ends: Readonly<Record<string, string>>;
  /** How the run ends. */
  readonly run: 'completed' | 'failed' | 'cancelled';
  /** What tasks have put out that completed; others are not asked. */
  readonly outputs?: Readonly<Record<string, JsonObject>>;
  /** So many tasks run at once at some time, and never more: of all, or of those with such ids. */
  readonly atOnce?: { readonly count: number; readonly of?: RegExp };
}

/** Something that a plan may say, in every situation. */
export interface Feature {
  readonly name: string;
  readonly cells: Readonly<Record<Situation, Scenario>>;
}
