import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { NewRun, Run, RunControl, RunPlace, RunPlan, RunState } from '../../runtime/ports/runs.ts';
import { BoundedMap } from './bounded-map.ts';
import { readChunks } from './chunks.ts';
import type { CreatedRun } from './create-run.ts';
import { mapAtMost } from './in-batches.ts';
import type { RunIdentity } from './place-items.ts';
import { asControl, asRun, asRunState, CONTROL_ATTRIBUTES } from './run-documents.ts';
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
  /** Both never change once a run, or its execution, is there. */
  readonly #tenants = new BoundedMap<string, string>(KNOWN_RUNS);
  readonly #identities = new BoundedMap<ExecutionRef, RunIdentity>(KNOWN_RUNS);
  /** By run and hash. */
  readonly #contexts = new BoundedMap<string, JsonObject>(KNOWN_CONTEXTS);

  constructor(table: TableClient, tenancy: Tenancy, newId: () => string) {
    this.#table = table;
    this.#tenancy = tenancy;
    this.#newId = newId;
  }

  /** @throws RunExistsError */
  async create(run: NewRun, spec?: RunSpec): Promise<CreatedRun> {
    // states take no plans: their functions start without it
    const { createRun } = await import('./create-run.ts');
    const ofParent = run.parent && (await this.visibleTenantOf(run.parent.run_id));
    return createRun({ table: this.#table, tenantId: ofParent ?? this.#tenancy.tenantId, newId: this.#newId }, run, spec);
  }

  async plan(ref: ExecutionRef, plan: RunPlan, spec: RunSpec): Promise<boolean> {
    if (!(await this.exists(readRef(ref).runId))) return false;
    const { planRun } = await import('./plan-run.ts');
    return planRun(this.#table, this.#newId(), ref, plan, spec);
  }

  async get(runId: string): Promise<Run | undefined> {
    return this.#read(await this.#table.get<RunDocument>(runKey(runId)));
  }

  async control(runId: string): Promise<RunControl | undefined> {
    const document = this.#visible(await this.#table.get<RunDocument>(runKey(runId), CONTROL_ATTRIBUTES));
    return document && asControl(document);
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
    const runs = await mapAtMost(CONCURRENT_CONTEXTS, entries, (entry) => this.#read(documents.get(entry.PK)));
    return runs.filter((run) => run !== undefined);
  }

  async spec(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const { runId, execution } = readRef(ref);
    const document = this.#visible(await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #run_id, #planned, #spec'));
    if (document?.spec === undefined || document.planned !== execution) return undefined;
    return (await readChunks(this.#table, runId, 'SPEC', document.spec)) as RunSpec;
  }

  /** 0 for a run that is not found. */
  async taskCount(runId: string): Promise<number> {
    return this.#visible(await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #run_id, #task_count'))?.task_count ?? 0;
  }

  async exists(runId: string): Promise<boolean> {
    return (await this.visibleTenantOf(runId)) !== undefined;
  }

  /** Never changes; undefined for a run that is not there or not this tenant's. */
  async identityOf(ref: ExecutionRef): Promise<RunIdentity | undefined> {
    const known = this.#identities.get(ref);
    if (known !== undefined) return known;
    const { runId } = readRef(ref);
    const document = this.#visible(await this.#table.get<RunDocument>(runKey(runId), '#tenant_id, #run_id, #created_at'));
    if (document === undefined) return undefined;
    const identity = { tenantId: document.tenant_id, created: createdSort(document.created_at, ref) };
    this.#identities.set(ref, identity);
    return identity;
  }

  /** undefined for a run that is not there or not this tenant's. */
  async readState(document: RunDocument | undefined): Promise<RunState | undefined> {
    const run = this.#visible(document);
    return run && asRunState(run, await this.#readContext(run));
  }

  async #read(document: RunDocument | undefined): Promise<Run | undefined> {
    const run = this.#visible(document);
    return run && asRun(run, await this.#readContext(run));
  }

  async #readContext({ run_id, context, context_chunks }: RunDocument): Promise<JsonObject> {
    if (context_chunks === undefined) return JSON.parse(context!) as JsonObject;
    const key = `${context_chunks.hash} ${run_id}`;
    let value = this.#contexts.get(key);
    if (value === undefined) {
      value = (await readChunks(this.#table, run_id, 'CONTEXT', context_chunks)) as JsonObject;
      this.#contexts.set(key, value);
    }
    return value;
  }

  /** undefined for a run that is not there or not this tenant's. */
  async visibleTenantOf(runId: string): Promise<string | undefined> {
    let tenantId = this.#tenants.get(runId);
    if (tenantId === undefined) {
      tenantId = (await this.#table.get<RunDocument>(runKey(runId), '#tenant_id'))?.tenant_id;
      if (tenantId === undefined) return undefined;
      this.#tenants.set(runId, tenantId);
    }
    return this.#isVisible(tenantId) ? tenantId : undefined;
  }

  /** The document, unless it is another tenant's. */
  #visible(document: RunDocument | undefined): RunDocument | undefined {
    if (document === undefined) return undefined;
    this.#tenants.set(document.run_id, document.tenant_id);
    return this.#isVisible(document.tenant_id) ? document : undefined;
  }

  #isVisible(tenantId: string): boolean {
    return this.#tenancy.allTenants || tenantId === this.#tenancy.tenantId;
  }
}
