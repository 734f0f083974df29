import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import { MAX_ORDINALS } from '../../model/task-record.ts';
import type { Expansion, NewExpansion } from '../../runtime/ports/tasks.ts';
import { itemIsNew, runExpandsFrom } from './conditions.ts';
import { expressions } from './expressions.ts';
import { EXPANSION_PREFIX, type ExpansionDocument, expansionKey, type RunDocument, runKey, runPartition } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

/** What a foreach has evaluated is not to be evaluated again because the run is counting much else: it is tried for about a minute. */
const EXPANDING_PATIENCE = 6;

type RunOrdinals = Pick<RunDocument, 'status' | 'execution' | 'next_ordinal'>;

/** EXPANSION items. */
export class ExpansionItems {
  readonly #table: TableClient;
  readonly #newId: () => string;

  constructor(table: TableClient, newId: () => string) {
    this.#table = table;
    this.#newId = newId;
  }

  /**
   * Ordinals are read, and taken on the condition that they are still the next ones. Where they are not, another foreach has got some,
   * and the refusal says where they go on: the tries come to an end, since ordinals do.
   */
  async add(ref: ExecutionRef, expansion: NewExpansion): Promise<Expansion | undefined> {
    const { runId, execution } = readRef(ref);
    const { task, count, size } = expansion;
    const key = expansionKey(runId, task, execution);
    let run: Partial<RunOrdinals> | undefined = await this.#table.get<RunDocument>(runKey(runId), '#status, #execution, #next_ordinal');
    for (;;) {
      const first = nextOrdinal(run, execution, count * size);
      if (first === undefined) {
        // read after the run: what has filled it may be this very expansion
        const earlier = await this.#table.get<ExpansionDocument>(key);
        return earlier && asExpansion(earlier);
      }
      const item: ExpansionDocument = { ...key, task, execution, first, count, size };
      const result = await this.#table.transact([this.#take(runId, item), this.#put(item)], this.#newId(), EXPANDING_PATIENCE);
      if (result.written) return asExpansion(item);
      const [refusedRun, earlier] = result.refused;
      if (earlier !== undefined) return asExpansion(earlier as unknown as ExpansionDocument);
      run = refusedRun;
    }
  }

  async list(runId: string): Promise<Expansion[]> {
    const items = this.#table.query<ExpansionDocument>({
      keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
      values: { ':run': runPartition(runId), ':prefix': EXPANSION_PREFIX },
    });
    const expansions: Expansion[] = [];
    for await (const item of items) expansions.push(asExpansion(item));
    return expansions.sort((a, b) => a.first - b.first || a.execution - b.execution || a.task - b.task);
  }

  #take(runId: string, { execution, first, count, size }: Expansion): TransactWrite {
    const update = expressions({
      update: 'SET #next_ordinal = :next, #task_count = #task_count + :added',
      condition: runExpandsFrom,
      values: {
        ':executing': 'executing',
        ':execution': execution,
        ':first': first,
        ':next': first + count * size,
        ':added': count * size,
      },
    });
    return {
      Update: {
        TableName: this.#table.name,
        Key: runKey(runId),
        ...update,
        UpdateExpression: update.UpdateExpression!,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }

  #put(item: ExpansionDocument): TransactWrite {
    return {
      Put: {
        TableName: this.#table.name,
        Item: { ...item },
        ...expressions({ condition: itemIsNew }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }
}

/** The first of so many ordinals; undefined where the run does not execute, or has no room for them. */
function nextOrdinal(run: Partial<RunOrdinals> | undefined, execution: number, added: number): number | undefined {
  if (run?.status !== 'executing' || run.execution !== execution || run.next_ordinal === undefined) return undefined;
  return run.next_ordinal + added > MAX_ORDINALS ? undefined : run.next_ordinal;
}

function asExpansion({ task, execution, first, count, size }: ExpansionDocument): Expansion {
  return { task, execution, first, count, size };
}
