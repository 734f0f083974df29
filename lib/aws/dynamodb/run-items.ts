import type { JsonObject } from '../../model/json.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunSpec } from '../../model/task-record.ts';
import { fromNanoUsd } from '../../model/usage.ts';
import type { NewRun, Run, RunPlace, RunPlan, RunState, RunTotals, TaskError } from '../../runtime/ports.ts';
import { BoundedMap } from './bounded-map.ts';
import { readChunks } from './chunks.ts';
import { finalRunStatuses, runFailsByNoOther, runGoesOn, runIsQueued } from './conditions.ts';
import { type CreatedRun, createRun } from './create-run.ts';
import { putEnded } from './ended-runs.ts';
import { readError, writeError } from './error-text.ts';
import { expressions } from './expressions.ts';
import { mapAtMost } from './in-batches.ts';
import type { RunIdentity } from './place-items.ts';
import { planRun } from './plan-run.ts';
import { addTotals } from './statistics.ts';
import { createdSort, type ItemKey, RUNS_INDEX, type RunDocument, runKey, tenantPartition } from './table.ts';
import type { TableClient } from './table-client.ts';

const MAX_PAGE = 100;
const CONCURRENT_CONTEXTS = 8;
const KNOWN_RUNS = 1000;
const KNOWN_CONTEXTS = 20;

export interface Tenancy {
  /** Whose runs are made, listed and counted. */
  readonly tenantId: string;
  /** Runs of other tenants are found too. */
  readonly allTenants: boolean;
}

/** RUN items, with their task records and contexts. */
export class RunItems {
  readonly #table: TableClient;
  readonly #tenancy: Tenancy;
  readonly #newId: () => string;
  /** Both never change once a run is there. */
  readonly #tenants = new BoundedMap<string, string>(KNOWN_RUNS);
  readonly #identities = new BoundedMap<string, RunIdentity>(KNOWN_RUNS);
  readonly #contexts = new BoundedMap<string, JsonObject>(KNOWN_CONTEXTS);

  constructor(table: TableClient, tenancy: Tenancy, newId: () => string) {
    this.#table = table;
    this.#tenancy = tenancy;
    this.#newId = newId;
  }

  /** @throws RunExistsError */
  async create(run: NewRun, spec?: RunSpec): Promise<CreatedRun> {
    return createRun({ table: this.#table, tenantId: this.#tenancy.tenantId, newId: this.#newId }, run, spec);
  }

  async plan(runId: string, plan: RunPlan, spec: RunSpec): Promise<boolean> {
    return (await this.exists(runId)) && planRun(this.#table, this.#newId(), runId, plan, spec);
  }

  async get(runId: string): Promise<Run | undefined> {
    return this.read(await this.#table.get<RunDocument>(runKey(runId)));
  }

  /** Newest first. A run made a moment ago may not be in the index yet. */
  async list(limit: number, after?: RunPlace): Promise<Run[]> {
    const entries: ItemKey[] = [];
    const tenant = { ':tenant': tenantPartition(this.#tenancy.tenantId) };
    const newest = this.#table.query<ItemKey>(
      after === undefined
        ? { keyCondition: '#TENANT = :tenant', values: tenant }
        : {
            keyCondition: '#TENANT = :tenant AND #CREATED < :after',
            values: { ...tenant, ':after': createdSort(after.created_at, after.run_id) },
          },
      { IndexName: RUNS_INDEX, ConsistentRead: false, ScanIndexForward: false, Limit: Math.min(limit, MAX_PAGE) },
    );
    if (limit > 0) {
      for await (const { PK, SK } of newest) {
        if (entries.push({ PK, SK }) >= limit) break;
      }
    }
    const documents = new Map((await this.#table.getAll<RunDocument>(entries)).map((document) => [document.PK, document]));
    const runs = await mapAtMost(CONCURRENT_CONTEXTS, entries, (entry) => this.read(documents.get(entry.PK)));
    return runs.filter((run) => run !== undefined);
  }

  async spec(runId: string): Promise<RunSpec | undefined> {
    const document = await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #spec');
    if (document?.spec === undefined || !this.#isVisible(document.tenant_id)) return undefined;
    return (await readChunks(this.#table, runId, 'SPEC', document.spec)) as RunSpec;
  }

  /** 0 for a run that is not found. */
  async taskCount(runId: string): Promise<number> {
    const document = await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #task_count');
    return document !== undefined && this.#isVisible(document.tenant_id) ? document.task_count : 0;
  }

  async start(runId: string, at: string): Promise<boolean> {
    if (!(await this.exists(runId))) return false;
    const writer = this.#newId();
    const result = await this.#table.update(runKey(runId), {
      update: 'SET #status = :executing, #started_at = :at, #changed_at = :at, #writer = :writer',
      condition: runIsQueued,
      values: { ':queued': 'queued', ':executing': 'executing', ':at': at, ':writer': writer },
    });
    return result.written || result.item.writer === writer;
  }

  async end(
    runId: string,
    { status, error, totals, at }: { status: RunStatus; error: TaskError | null; totals: RunTotals; at: string },
  ): Promise<boolean> {
    const tenantId = await this.#visibleTenantOf(runId);
    if (tenantId === undefined) return false;
    const update = expressions({
      update:
        error === null
          ? 'SET #status = :status, #completed_at = :at, #changed_at = :at, #tokens_used = :tokens, #totals = :totals REMOVE #error'
          : 'SET #status = :status, #completed_at = :at, #changed_at = :at, #tokens_used = :tokens, #totals = :totals, #error = :error',
      condition: runGoesOn,
      values: {
        ':status': status,
        ':at': at,
        ':tokens': totals.tokens,
        ':totals': JSON.stringify(totals),
        ...(error && { ':error': writeError(error) }),
        ...finalRunStatuses,
      },
    });
    const endRun = { Update: { TableName: this.#table.name, Key: runKey(runId), ...update, UpdateExpression: update.UpdateExpression! } };
    const { written } = await this.#table.transact(
      [endRun, addTotals(this.#table.name, tenantId, totals), putEnded(this.#table.name, { run_id: runId, completed_at: at })],
      this.#newId(),
    );
    return written;
  }

  async markFailing(runId: string, ordinal: number): Promise<boolean> {
    const { written } = await this.#table.update(runKey(runId), {
      update: 'SET #failing = :ordinal',
      condition: runFailsByNoOther,
      values: { ':ordinal': ordinal },
    });
    return written;
  }

  async exists(runId: string): Promise<boolean> {
    return (await this.#visibleTenantOf(runId)) !== undefined;
  }

  /** Never changes; undefined for a run that is not there or not this tenant's. */
  async identityOf(runId: string): Promise<RunIdentity | undefined> {
    const known = this.#identities.get(runId);
    if (known !== undefined) return known;
    const document = await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #CREATED');
    if (document === undefined || !this.#isVisible(document.tenant_id)) return undefined;
    const identity = { tenantId: document.tenant_id, created: document.CREATED };
    this.#identities.set(runId, identity);
    return identity;
  }

  /** undefined for a run that is not there or not this tenant's. */
  async read(document: RunDocument | undefined): Promise<Run | undefined> {
    if (document === undefined) return undefined;
    this.#tenants.set(document.run_id, document.tenant_id);
    if (!this.#isVisible(document.tenant_id)) return undefined;
    const { run_id, plan_id, goal_id, status, task_count, totals, created_at, started_at, completed_at, error } = document;
    return {
      run_id,
      plan_id,
      goal_id,
      status,
      task_count,
      tokens_used: Number(document.tokens_used ?? 0),
      cost_usd: fromNanoUsd(Number(document.cost_nano_usd ?? 0)),
      // those of runs that ended before tasks could be skipped do not say so
      totals: totals === undefined ? null : ({ skipped: 0, ...JSON.parse(totals) } as RunTotals),
      context: await this.#readContext(document),
      created_at,
      started_at: started_at ?? null,
      completed_at: completed_at ?? null,
      error: readError(error),
    };
  }

  /** What an attempt has to know of it. */
  async readState(document: RunDocument | undefined): Promise<RunState | undefined> {
    const run = await this.read(document);
    return run && { ...run, failing: document?.failing !== undefined };
  }

  async #readContext({ run_id, context, context_chunks }: RunDocument): Promise<JsonObject> {
    if (context_chunks === undefined) return JSON.parse(context!) as JsonObject;
    let value = this.#contexts.get(run_id);
    if (value === undefined) {
      value = (await readChunks(this.#table, run_id, 'CONTEXT', context_chunks)) as JsonObject;
      this.#contexts.set(run_id, value);
    }
    return value;
  }

  async #visibleTenantOf(runId: string): Promise<string | undefined> {
    let tenantId = this.#tenants.get(runId);
    if (tenantId === undefined) {
      tenantId = (await this.#table.get<RunDocument>(runKey(runId), '#tenant_id'))?.tenant_id;
      if (tenantId === undefined) return undefined;
      this.#tenants.set(runId, tenantId);
    }
    return this.#isVisible(tenantId) ? tenantId : undefined;
  }

  #isVisible(tenantId: string): boolean {
    return this.#tenancy.allTenants || tenantId === this.#tenancy.tenantId;
  }
}
