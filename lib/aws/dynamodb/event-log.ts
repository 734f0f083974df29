import type { RunEvent } from '../../runtime/ports.ts';
import { itemIsNew } from './conditions.ts';
import type { NewEvent } from './events-of.ts';
import { EVENT_PREFIX, type EventPageDocument, eventKey, LAST_EVENT, runPartition } from './table.ts';
import type { TableClient } from './table-client.ts';

const MAX_PAGE_EVENTS = 100;
const MAX_PAGE_BYTES = 200 * 1024;
const MAX_READ_PAGES = 100;
/** How many items a look at the end of the log takes at a time. */
const TAIL_READ_PAGES = 4;
/** An event's `at` is read from a handler's clock before its write, and writes may be tried again for a while. */
const MAX_DISORDER_MS = 120_000;

/**
 * A run's events, in pages: an item holds those that were appended together, under the seq of the first. The next page's key
 * follows from the last one, and is written only if nobody has: that orders appenders and leaves no gap.
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
    const wanted = new Map(events.map((event) => [identityOf(event), event]));
    if (wanted.size === 0) return [];
    const oldest = Math.min(...events.map((event) => Date.parse(event.at)));
    for (;;) {
      const tail = await this.#tail(runId, oldest - MAX_DISORDER_MS);
      const known = new Set(tail.map(identityOf));
      const missing = [...wanted].filter(([identity]) => !known.has(identity)).map(([, event]) => event);
      if (missing.length === 0) return tail.filter((event) => wanted.has(identityOf(event)));
      await this.#table.put(pageOf(runId, (tail.at(-1)?.seq ?? 0) + 1, missing), itemIsNew); // refused: another appender was here
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

  /** The end of the log, from the last page that lies wholly before `sinceMs`. */
  async #tail(runId: string, sinceMs: number): Promise<RunEvent[]> {
    const newestFirst = this.#table.query<EventPageDocument>(
      { keyCondition: '#PK = :run AND begins_with(#SK, :prefix)', values: { ':run': runPartition(runId), ':prefix': EVENT_PREFIX } },
      { ScanIndexForward: false, Limit: TAIL_READ_PAGES },
    );
    const pages: RunEvent[][] = [];
    for await (const page of newestFirst) {
      const events = eventsIn(runId, page);
      pages.push(events);
      if (events.every((event) => Date.parse(event.at) < sinceMs)) break;
    }
    return pages.reverse().flat();
  }
}

function pageOf(runId: string, seq: number, events: readonly NewEvent[]): EventPageDocument {
  const texts: string[] = [];
  let sizeBytes = 0;
  for (const { run_id, ...event } of events) {
    const text = JSON.stringify(event);
    sizeBytes += Buffer.byteLength(text);
    if (texts.length === MAX_PAGE_EVENTS || (texts.length > 0 && sizeBytes > MAX_PAGE_BYTES)) break;
    texts.push(text);
  }
  return { ...eventKey(runId, seq), seq, events: `[${texts.join()}]` };
}

function eventsIn(runId: string, page: EventPageDocument): RunEvent[] {
  const events = JSON.parse(page.events) as Omit<NewEvent, 'run_id'>[];
  return events.map((event, i) => ({ seq: page.seq + i, run_id: runId, ...event }));
}

function identityOf({ at, type, task_id, attempt }: NewEvent): string {
  return JSON.stringify([at, type, task_id, attempt]);
}
