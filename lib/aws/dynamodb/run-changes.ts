import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunOrder, RunTotals } from '../../runtime/ports/runs.ts';
import type { TaskError } from '../../runtime/ports/tasks.ts';
import { addedTotals } from '../../runtime/statistics.ts';
import { timedFrom } from '../../runtime/timed-from.ts';
import { finalRunStatuses, placeholders, runFailsByNoOther, runHasNotEnded, runIsOneOf, runIsQueued } from './conditions.ts';
import { putEnded } from './ended-runs.ts';
import { writeError } from './error-text.ts';
import { expressions, type Parts } from './expressions.ts';
import { readTotals } from './run-documents.ts';
import { addStatistics } from './statistics.ts';
import { type RunDocument, runKey } from './table.ts';
import type { TableClient } from './table-client.ts';

export interface RunEnd {
  readonly status: RunStatus;
  readonly error: TaskError | null;
  readonly totals: RunTotals;
  readonly at: string;
}

export interface RunChangesOptions {
  readonly table: TableClient;
  readonly newId: () => string;
  /** undefined for a run that is not there, or not to be seen. */
  readonly tenantOf: (runId: string) => Promise<string | undefined>;
}

/** Changes of a run's status, each one conditional write: what only one execution may do, only one call of it does. */
export class RunChanges {
  readonly #table: TableClient;
  readonly #options: RunChangesOptions;

  constructor(options: RunChangesOptions) {
    this.#table = options.table;
    this.#options = options;
  }

  async start(ref: ExecutionRef, at: string): Promise<boolean> {
    if ((await this.#tenantOf(ref)) === undefined) return false;
    return this.#change(ref, {
      update:
        'SET #status = :executing, #started_at = if_not_exists(#started_at, :at), #timed_from = :timed_from, #changed_at = :at, #writer = :writer',
      condition: runIsQueued,
      values: { ':queued': 'queued', ':executing': 'executing', ':at': at, ':timed_from': await this.#timedFrom(ref, at) },
    });
  }

  async move(ref: ExecutionRef, from: readonly RunStatus[], to: RunStatus, at: string): Promise<boolean> {
    if (from.length === 0 || (await this.#tenantOf(ref)) === undefined) return false;
    const statuses = placeholders(from);
    return this.#change(ref, {
      update: `SET #status = :to, #changed_at = :at, ${to === 'paused' ? '#stopped_at = :at, ' : ''}#writer = :writer`,
      condition: runIsOneOf(statuses),
      values: { ':to': to, ':at': at, ...statuses },
    });
  }

  /** The statistics keep what they have: it stands in the item until the run ends again. */
  async reopen(ref: ExecutionRef, from: readonly RunStatus[], order: RunOrder, at: string): Promise<boolean> {
    if (from.length === 0 || (await this.#tenantOf(ref)) === undefined) return false;
    const statuses = placeholders(from);
    return this.#change(ref, {
      update:
        'SET #status = :to, #execution = :next, #order = :order, #changed_at = :at, #writer = :writer REMOVE #totals, #completed_at, #error, #failing',
      condition: runIsOneOf(statuses),
      values: { ':to': 'queued', ':next': readRef(ref).execution + 1, ':order': JSON.stringify(order), ':at': at, ...statuses },
    });
  }

  async end(ref: ExecutionRef, { status, error, totals, at }: RunEnd): Promise<boolean> {
    const { runId, execution } = readRef(ref);
    const tenantId = await this.#tenantOf(ref);
    if (tenantId === undefined) return false;
    const text = JSON.stringify(totals);
    const update = expressions({
      update: `SET #status = :status, #completed_at = :at, #stopped_at = :at, #changed_at = :at, #tokens_used = :tokens, #totals = :totals, #counted = :totals${error === null ? ' REMOVE #error' : ', #error = :error'}`,
      condition: runHasNotEnded,
      values: {
        ':status': status,
        ':at': at,
        ':tokens': totals.tokens,
        ':totals': text,
        ...(error && { ':error': writeError(error) }),
        ':execution': execution,
        ...finalRunStatuses,
      },
    });
    const TableName = this.#table.name;
    const endRun = { Update: { TableName, Key: runKey(runId), ...update, UpdateExpression: update.UpdateExpression! } };
    const added = addStatistics(TableName, tenantId, addedTotals(totals, await this.#counted(ref)));
    const ended = putEnded(TableName, { run_id: runId, completed_at: at, execution });
    return (await this.#table.transact([endRun, added, ended], this.#options.newId())).written;
  }

  async markFailing(ref: ExecutionRef, ordinal: number): Promise<boolean> {
    const { runId, execution } = readRef(ref);
    const { written } = await this.#table.update(runKey(runId), {
      update: 'SET #failing = :ordinal',
      condition: runFailsByNoOther,
      values: { ':ordinal': ordinal, ':execution': execution },
    });
    return written;
  }

  /** The SDK repeats a call whose answer got lost: then the condition fails on what the call itself wrote. */
  async #change(ref: ExecutionRef, parts: Parts): Promise<boolean> {
    const { runId, execution } = readRef(ref);
    const writer = this.#options.newId();
    const values = { ...parts.values, ':execution': execution, ':writer': writer };
    const result = await this.#table.update(runKey(runId), { ...parts, values });
    return result.written || result.item.writer === writer;
  }

  /** Read before the write: while the run is queued in this execution it does not change. */
  async #timedFrom(ref: ExecutionRef, at: string): Promise<string> {
    const { runId, execution } = readRef(ref);
    if (execution === 1) return at; // it has not stood still yet
    const run = await this.#table.get<RunDocument>(runKey(runId), '#order, #timed_from, #stopped_at');
    return run === undefined ? at : timedFrom({ ...run, order: JSON.parse(run.order) as RunOrder }, at);
  }

  /** What the statistics have of the run: before the end of an execution it does not change. */
  async #counted(ref: ExecutionRef): Promise<RunTotals | null> {
    const { runId, execution } = readRef(ref);
    if (execution === 1) return null; // it has not ended yet
    return readTotals((await this.#table.get<RunDocument>(runKey(runId), '#counted'))?.counted);
  }

  #tenantOf(ref: ExecutionRef): Promise<string | undefined> {
    return this.#options.tenantOf(readRef(ref).runId);
  }
}
