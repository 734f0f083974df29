import type { RunEvent } from '../../runtime/ports/run-event.ts';
import { itemIsNew } from './conditions.ts';
import type { NewEvent } from './events-of.ts';
import { EVENT_PREFIX, type EventPageDocument, eventKey, LAST_EVENT, runPartition } from './table.ts';
import type { TableClient } from './table-client.ts';

const MAX_PAGE_EVENTS = 100;
const MAX_PAGE_BYTES = 200 * 1024;
const MAX_READ_PAGES = 100;
/** How many items a look at the end of the log takes at a time. */
const TAIL_READ_PAGES = 4;

/**
 * A run's events, in pages: an item holds those that were appended together, under the seq of the first. The next page's key
 * follows from the last one, and is written only if nobody has: that orders appenders and leaves no gap.
 *
 * Events come about in the order of their `at`, but not quite. So every page says what the latest `at` is up to there: before a
 * page whose latest is earlier than an event, that event is not to be found.
 */
export class EventLog {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  /**
   * Appends those of a run's events that are not in the log and returns all of them with their seq, in the order of the log. Events
   * are the same when task, attempt, type and time are: safe to repeat, and for several appenders at once.
   */
  async append(runId: string, events: readonly NewEvent[]): Promise<RunEvent[]> {
    if (events.length === 0) return [];
    const wanted = new Map(events.map((event) => [identityOf(event), event]));
    const oldestMs = Math.min(...events.map(timeOf));
    let tail = await this.#tail(runId, oldestMs);
    for (;;) {
      const inTail = tail.flatMap((page) => eventsIn(runId, page));
      const known = new Set(inTail.map(identityOf));
      const missing = [...wanted].filter(([identity]) => !known.has(identity)).map(([, event]) => event);
      if (missing.length === 0) return inTail.filter((event) => wanted.has(identityOf(event)));
      const next = pageAfter(runId, tail.at(-1), missing);
      const { written } = await this.#table.put(next, itemIsNew);
      tail = written ? [...tail, next] : await this.#tail(runId, oldestMs); // refused: another appender was here
    }
  }

  async list(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    if (limit < 1) return [];
    // the event after `afterSeq` may be the last of a full page
    const first = Math.max(1, afterSeq + 2 - MAX_PAGE_EVENTS);
    const pages = this.#table.query<EventPageDocument>(
      {
        keyCondition: '#PK = :run AND #SK BETWEEN :first AND :last',
        values: { ':run': runPartition(runId), ':first': eventKey(runId, first).SK, ':last': LAST_EVENT },
      },
      { Limit: Math.min(limit, MAX_READ_PAGES) },
    );
    const events: RunEvent[] = [];
    for await (const page of pages) {
      events.push(...eventsIn(runId, page).filter((event) => event.seq > afterSeq));
      if (events.length >= limit) break;
    }
    return events.slice(0, limit);
  }

  /** The last page, and those before it that may hold events since `sinceMs`. */
  async #tail(runId: string, sinceMs: number): Promise<EventPageDocument[]> {
    const newestFirst = this.#table.query<EventPageDocument>(
      { keyCondition: '#PK = :run AND begins_with(#SK, :prefix)', values: { ':run': runPartition(runId), ':prefix': EVENT_PREFIX } },
      { ScanIndexForward: false, Limit: TAIL_READ_PAGES },
    );
    const pages: EventPageDocument[] = [];
    for await (const page of newestFirst) {
      pages.push(page);
      if (page.latest_ms < sinceMs) break;
    }
    return pages.reverse();
  }
}

function pageAfter(runId: string, last: EventPageDocument | undefined, events: readonly NewEvent[]): EventPageDocument {
  const texts: string[] = [];
  let latestMs = last?.latest_ms ?? 0;
  let sizeBytes = 0;
  for (const { run_id, ...event } of events) {
    const text = JSON.stringify(event);
    sizeBytes += Buffer.byteLength(text);
    if (texts.length === MAX_PAGE_EVENTS || (texts.length > 0 && sizeBytes > MAX_PAGE_BYTES)) break;
    texts.push(text);
    latestMs = Math.max(latestMs, Date.parse(event.at));
  }
  const seq = last === undefined ? 1 : last.seq + last.count;
  return { ...eventKey(runId, seq), seq, count: texts.length, latest_ms: latestMs, events: `[${texts.join()}]` };
}

function eventsIn(runId: string, page: EventPageDocument): RunEvent[] {
  const events = JSON.parse(page.events) as Omit<NewEvent, 'run_id'>[];
  return events.map((event, i) => ({ seq: page.seq + i, run_id: runId, ...event }));
}

function identityOf({ at, type, task_id, attempt }: NewEvent): string {
  return JSON.stringify([at, type, task_id, attempt]);
}

function timeOf(event: NewEvent): number {
  return Date.parse(event.at);
}
