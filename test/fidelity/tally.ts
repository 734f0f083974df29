import type { Difference } from './compare.ts';
import type { PlanRunResult } from './plan-run.ts';

interface Row {
  readonly plans: Set<string>;
  compared: number;
  machines: number;
  events: number;
  retried: number;
  failed: number;
  'timed out': number;
  /** Gates found open. */
  open: number;
  /** Gates that waited. */
  waited: number;
  unanswered: number;
  /** Differences that were gone when the comparison was repeated with nothing beside it. */
  'differed once': number;
  differences: number;
}

/** What is compared. */
export interface Named {
  /** Of the table. */
  readonly row: string;
  readonly id: string;
}

export function nameOf({ row, id }: Named): string {
  return `${row}, ${id}`;
}

/** Counts what was compared, and says of each difference where it is. */
export class Tally {
  readonly #rows = new Map<string, Row>();
  readonly #lacking: string[] = [];

  add(named: Named, { machines = 1, events = 0, contents, lacks, difference }: Comparison): void {
    const row = this.#rowOf(named.row);
    row.plans.add(named.id);
    row.compared++;
    row.machines += machines;
    row.events += events;
    if (contents !== undefined) {
      row.retried += contents.retried;
      row.failed += contents.failed;
      row['timed out'] += contents.timedOutStates + contents.timedOutTasks;
      row.open += contents.tokens.early;
      row.waited += contents.tokens.late;
      row.unanswered += contents.tokens.unanswered;
    }
    if (lacks !== undefined) this.#lacking.push(`${nameOf(named)} has not what it is for: ${lacks}`);
    if (difference !== undefined) row.differences++;
  }

  /** A comparison that has differed before. */
  addRepeated(named: Named, comparison: Comparison): void {
    this.add(named, comparison);
    if (comparison.difference === undefined) this.#rowOf(named.row)['differed once']++;
    const again = comparison.difference === undefined ? 'does not differ' : 'differs';
    console.error(`\n${nameOf(named)} ${again} when it is repeated alone`);
  }

  tell(named: Named, { where, local, oracle }: Difference): void {
    console.error(`\n${nameOf(named)} differs in ${where}\n${indented('local', local)}\n${indented('oracle', oracle)}`);
  }

  /** Comparisons that do not show what their scenario is for. */
  get lacking(): readonly string[] {
    return this.#lacking;
  }

  get compared(): number {
    return this.#sum('compared');
  }

  get differences(): number {
    return this.#sum('differences');
  }

  /** Rows of scenarios in the order in which they came. */
  print(): void {
    const rows = [...this.#rows].map(([scenario, { plans, ...counts }]) => [scenario, { plans: plans.size, ...counts }] as const);
    console.table(Object.fromEntries(rows));
  }

  #rowOf(scenario: string): Row {
    let row = this.#rows.get(scenario);
    if (row === undefined) {
      row = {
        plans: new Set(),
        compared: 0,
        machines: 0,
        events: 0,
        retried: 0,
        failed: 0,
        'timed out': 0,
        open: 0,
        waited: 0,
        unanswered: 0,
        'differed once': 0,
        differences: 0,
      };
      this.#rows.set(scenario, row);
    }
    return row;
  }

  #sum(field: 'compared' | 'differences'): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + row[field], 0);
  }
}

/** What comparing two runs has come to; of a case of the language that is the difference only. */
export type Comparison = Partial<PlanRunResult> & Pick<PlanRunResult, 'difference'>;

/** How much is shown of a side. */
const SHOWN_LINES = 40;

function indented(title: string, text: string): string {
  const lines = text.split('\n');
  const more = lines.length > SHOWN_LINES ? [`… and ${lines.length - SHOWN_LINES} more`] : [];
  return [`  ${title}`, ...lines.slice(0, SHOWN_LINES).map((line) => line.slice(0, 2000)), ...more].join('\n    ');
}
