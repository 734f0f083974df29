import type { z } from 'zod';
import type * as schemas from '../../lib/api/schemas.ts';
import { FINAL_RUN_STATUSES, isFinalRun } from '../../lib/model/run.ts';
import { apiUrl, type Stage } from './stage.ts';
import { until } from './until.ts';

type Run = z.output<typeof schemas.run>;
type Task = z.output<typeof schemas.task>;
type TaskSummary = z.output<typeof schemas.taskSummary>;
type RunEvent = z.output<typeof schemas.event>;
type Statistics = z.output<typeof schemas.statistics>;

export interface Answer<T> {
  readonly status: number;
  readonly contentType: string;
  readonly body: T;
}

const RUN_TIMEOUT_MS = 60_000;
const FINAL_EVENTS = FINAL_RUN_STATUSES.map((status) => `run.${status}`);

/** The deployed API as a client sees it. */
export class ApiClient {
  readonly #url: string;

  constructor(stage: Stage) {
    this.#url = apiUrl(stage);
  }

  async send<T = unknown>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    const response = await fetch(`${this.#url}${path}`, { method, ...content });
    const { status } = response;
    return { status, contentType: response.headers.get('content-type') ?? '', body: (await response.json()) as T };
  }

  /** The id of the run. @throws when the plan is refused */
  async submit(plan: unknown, headers?: Record<string, string>): Promise<string> {
    const { status, body } = await this.send<{ run_id: string }>('POST', '/plans', plan, headers);
    if (status !== 202) throw new Error(`the plan was refused: ${status} ${JSON.stringify(body)}`);
    return body.run_id;
  }

  run(runId: string): Promise<Run> {
    return this.#get(`/runs/${runId}`);
  }

  task(runId: string, taskId: string): Promise<Task> {
    return this.#get(`/runs/${runId}/tasks/${encodeURIComponent(taskId)}`);
  }

  async tasks(runId: string): Promise<Record<string, TaskSummary>> {
    const { tasks } = await this.#get<{ tasks: TaskSummary[] }>(`/runs/${runId}/tasks`);
    return Object.fromEntries(tasks.map((task) => [task.task_id, task]));
  }

  async events(runId: string): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for (let more = true; more; ) {
      const page = await this.#get<{ events: RunEvent[] }>(`/runs/${runId}/events?limit=1000&after=${events.at(-1)?.seq ?? 0}`);
      events.push(...page.events);
      more = page.events.length === 1000;
    }
    return events;
  }

  /** The events of a run that has ended, once they are all in its log: the table's stream brings them. */
  untilLogged(runId: string): Promise<RunEvent[]> {
    return until(
      () => this.events(runId),
      // one that was retried has ended before
      (events) => FINAL_EVENTS.includes(events.findLast(({ task_id }) => task_id === undefined)?.type ?? ''),
    );
  }

  statistics(): Promise<Statistics> {
    return this.#get('/stats');
  }

  /** All runs, newest first. */
  async runs(): Promise<Run[]> {
    const runs: Run[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { runs: Run[]; next_cursor: string | null } = await this.#get(`/runs?limit=10${cursor && `&cursor=${cursor}`}`);
      runs.push(...page.runs);
      cursor = page.next_cursor;
    }
    return runs;
  }

  /** The run once it has ended. @throws when it does not in a minute */
  async untilEnded(runId: string): Promise<Run> {
    return until(
      () => this.run(runId),
      (run) => isFinalRun(run.status),
      RUN_TIMEOUT_MS,
    );
  }

  async #get<T>(path: string): Promise<T> {
    const { status, body } = await this.send<T>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
