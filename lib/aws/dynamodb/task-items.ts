import type { JsonObject } from '../../model/json.ts';
import { type FINAL_TASK_STATUSES, isFinal, REMOVED, type StoredTaskStatus, shownStatus, type TaskStatus } from '../../model/run.ts';
import type { Usage } from '../../model/usage.ts';
import type { RunTotals } from '../../runtime/ports/runs.ts';
import type { TaskError, TaskItem, TaskKey, TaskProgress } from '../../runtime/ports/tasks.ts';
import { attemptExecutes, finalTaskStatuses, itemIsNew, nextAttemptMayStart, taskMayEnd, taskMayEndUnstarted } from './conditions.ts';
import { writeError } from './error-text.ts';
import { expressions, type Parts } from './expressions.ts';
import { mapAtMost } from './in-batches.ts';
import type { Outputs } from './outputs.ts';
import { type ItemKey, runKey, runPartition, TASK_PREFIX, type TaskDocument, taskKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';
import { asProgress, asTask, PROGRESS_ATTRIBUTES } from './task-documents.ts';

const CONCURRENT_WRITES = 16;
const CONCURRENT_BLOBS = 8;
/** A task that is done is not to be done again because many others complete at once: it is tried for about a minute. */
const COUNTING_PATIENCE = 6;

const SET_IDENTITY = '#ordinal = :ordinal, #task_id = :task_id, #changed_at = :at';

const ADD_USAGE = 'ADD #tokens_used :tokens, #cost_nano_usd :nano_usd';

/** What an attempt came to. */
interface Result {
  readonly outputs: JsonObject;
  /** To be added to the run's. */
  readonly usage: Usage | undefined;
}

/** TASK items: one write starts an attempt, one ends it. */
export class TaskItems {
  readonly #table: TableClient;
  readonly #outputs: Outputs;
  readonly #newId: () => string;

  constructor(table: TableClient, outputs: Outputs, newId: () => string) {
    this.#table = table;
    this.#outputs = outputs;
    this.#newId = newId;
  }

  async claim(runId: string, task: TaskKey, attempt: number, at: string): Promise<boolean> {
    // a later execution has reset all tasks that it runs: they have items
    const isFirst = attempt === 1 && (task.execution ?? 1) === 1;
    return this.#writeAttempt(runId, task.ordinal, {
      update: `SET #status = :executing, #attempt = :attempt, #started_at = if_not_exists(#started_at, :at), ${SET_IDENTITY}, #writer = :writer`,
      condition: isFirst ? itemIsNew : nextAttemptMayStart,
      values: {
        ':executing': 'executing',
        ':attempt': attempt,
        ':at': at,
        ...identity(task),
        ...(!isFirst && { ':previous_attempt': attempt - 1, ...executionOf(task), ...finalTaskStatuses }),
      },
    });
  }

  /** One write, or where the usage is to be added to the run's a transaction of two. */
  async complete(runId: string, { ordinal }: TaskKey, attempt: number, { outputs, usage }: Result, at: string): Promise<boolean> {
    const stored = await this.#outputs.write(runId, ordinal, attempt, outputs);
    const [name, value] = Object.entries(stored)[0]!;
    const tokensUsed = outputs.tokens_used;
    const saysTokens = Number.isSafeInteger(tokensUsed);
    const parts: Parts = {
      update: `SET #status = :completed, #${name} = :outputs${saysTokens ? ', #tokens_used = :tokens_used' : ''}, #completed_at = :at, #changed_at = :at, #writer = :writer REMOVE #error`,
      condition: attemptExecutes,
      values: {
        ':completed': 'completed',
        ':outputs': value,
        ...(saysTokens && { ':tokens_used': tokensUsed }),
        ':at': at,
        ':attempt': attempt,
        ':executing': 'executing',
      },
    };
    return usage === undefined ? this.#writeAttempt(runId, ordinal, parts) : this.#writeCounted(runId, ordinal, parts, usage);
  }

  async release(runId: string, { ordinal }: TaskKey, attempt: number, error: TaskError, at: string): Promise<boolean> {
    return this.#writeAttempt(runId, ordinal, {
      update: 'SET #status = :pending, #error = :error, #changed_at = :at, #writer = :writer ADD #failures :one',
      condition: attemptExecutes,
      values: {
        ':pending': 'pending',
        ':error': writeError(error),
        ':at': at,
        ':one': 1,
        ':attempt': attempt,
        ':executing': 'executing',
      },
    });
  }

  /** Leaves `changed_at` as it is: the time of an attempt is measured from there. */
  async touch(runId: string, { ordinal }: TaskKey, attempt: number, at: string): Promise<boolean> {
    const result = await this.#table.update(taskKey(runId, ordinal), {
      update: 'SET #touched_at = :at',
      condition: attemptExecutes,
      values: { ':at': at, ':attempt': attempt, ':executing': 'executing' },
    });
    return result.written;
  }

  /** How the task stands then. */
  async fail(runId: string, task: TaskKey, error: TaskError, at: string): Promise<TaskItem> {
    return this.read(await this.#end(runId, task, 'failed', error, at));
  }

  /** One write a task: not a single step, but each is safe to repeat and the caller's repeat goes through all of them again. */
  async endAll(runId: string, tasks: readonly TaskKey[], status: TaskStatus, error: TaskError | null, at: string): Promise<void> {
    await mapAtMost(CONCURRENT_WRITES, tasks, (task) => this.#end(runId, task, status, error, at));
  }

  /** The same for those that have not started. */
  async cancelUnstarted(runId: string, tasks: readonly TaskKey[], error: TaskError, at: string): Promise<void> {
    await mapAtMost(CONCURRENT_WRITES, tasks, (task) => this.#end(runId, task, 'cancelled', error, at, taskMayEndUnstarted));
  }

  async list(runId: string): Promise<TaskItem[]> {
    const documents: TaskDocument[] = [];
    for await (const document of this.#all(runId)) if (document.status !== REMOVED) documents.push(document);
    return this.readAll(documents);
  }

  async progress(runId: string): Promise<TaskProgress[]> {
    const progress: TaskProgress[] = [];
    for await (const document of this.#all(runId, PROGRESS_ATTRIBUTES))
      if (document.status !== REMOVED) progress.push(asProgress(document));
    return progress;
  }

  async count(runId: string, taskCount: number): Promise<RunTotals> {
    const totals = {
      completed: 0,
      failed: 0,
      blocked: 0,
      cancelled: 0,
      skipped: 0,
      executed: 0,
      retries: 0,
      tokens: 0,
      unfinished: taskCount,
    };
    for await (const { status, attempt, tokens_used } of this.#all(runId, '#status, #attempt, #tokens_used')) {
      if (isFinalStatus(status)) {
        totals[status]++;
        totals.unfinished--;
      }
      if (attempt > 0) totals.executed++;
      totals.retries += Math.max(0, attempt - 1);
      totals.tokens += tokens_used ?? 0;
    }
    return totals;
  }

  /** Whether the task has a final status. */
  async isFinal(runId: string, ordinal: number): Promise<boolean> {
    const document = await this.#table.get<TaskDocument>(taskKey(runId, ordinal), '#status');
    return document !== undefined && isFinal(shownStatus(document.status));
  }

  async readAll(documents: readonly TaskDocument[]): Promise<TaskItem[]> {
    return mapAtMost(CONCURRENT_BLOBS, documents, (document) => this.read(document));
  }

  /** Without outputs where the document was read without them. */
  async read(document: TaskDocument): Promise<TaskItem> {
    return { ...asTask(document), outputs: await this.#outputs.read(document) };
  }

  #all(runId: string, projection?: string): AsyncGenerator<TaskDocument, void, undefined> {
    return this.#table.query<TaskDocument>({
      keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
      ...(projection && { projection }),
      values: { ':run': runPartition(runId), ':prefix': TASK_PREFIX },
    });
  }

  /**
   * A conditional write by the one invocation that has the attempt. The SDK repeats a call whose answer got lost, and then the
   * condition fails on what the call itself wrote: the writer's id tells.
   */
  async #writeAttempt(runId: string, ordinal: number, parts: Parts): Promise<boolean> {
    const writer = this.#newId();
    const result = await this.#table.update(taskKey(runId, ordinal), { ...parts, values: { ...parts.values, ':writer': writer } });
    return result.written || result.item.writer === writer;
  }

  /** The same in one transaction with what it adds to the run. */
  async #writeCounted(runId: string, ordinal: number, parts: Parts, usage: Usage): Promise<boolean> {
    const writer = this.#newId();
    const values = { ...parts.values, ':writer': writer };
    const update = (key: ItemKey, expression: Parts): TransactWrite => {
      const { UpdateExpression, ...rest } = expressions(expression);
      const refused = expression.condition === undefined ? {} : { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      return { Update: { TableName: this.#table.name, Key: key, UpdateExpression: UpdateExpression!, ...rest, ...refused } };
    };
    const complete = update(taskKey(runId, ordinal), { ...parts, values });
    const add = update(runKey(runId), { update: ADD_USAGE, values: { ':tokens': usage.tokens, ':nano_usd': usage.nanoUsd } });
    const result = await this.#table.transact([complete, add], writer, COUNTING_PATIENCE);
    return result.written || result.refused[0]?.writer === writer;
  }

  /** Ends a task without outputs unless it has ended, or is a later execution's. */
  async #end(
    runId: string,
    task: TaskKey,
    status: TaskStatus,
    error: TaskError | null,
    at: string,
    condition = taskMayEnd,
  ): Promise<TaskDocument> {
    const [setError, removeError] = error === null ? ['', ' REMOVE #error'] : ['#error = :error, ', ''];
    const parts: Parts = {
      update: `SET #status = :status, ${setError}#completed_at = :at, #attempt = if_not_exists(#attempt, :zero), ${SET_IDENTITY}${removeError}`,
      condition,
      values: {
        ':status': status,
        ...(error && { ':error': writeError(error) }),
        ':at': at,
        ':zero': 0,
        ...identity(task),
        ...executionOf(task),
        ...finalTaskStatuses,
      },
    };
    const result = await this.#table.update(taskKey(runId, task.ordinal), parts, 'ALL_NEW');
    return (result.written ? result.attributes : result.item) as unknown as TaskDocument;
  }
}

function isFinalStatus(status: StoredTaskStatus): status is (typeof FINAL_TASK_STATUSES)[number] {
  return status !== REMOVED && isFinal(status);
}

function executionOf({ execution = 1 }: TaskKey): Record<string, unknown> {
  return { ':execution': execution };
}

function identity(task: TaskKey): Record<string, unknown> {
  return { ':ordinal': task.ordinal, ':task_id': task.id };
}
