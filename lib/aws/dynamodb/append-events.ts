import type { RunEvent } from '../../runtime/ports/run-event.ts';
import type { EventLog } from './event-log.ts';
import { eventsOf, type NewEvent } from './events-of.ts';
import type { Image } from './image.ts';
import { mapAtMost } from './in-batches.ts';

const CONCURRENT_RUNS = 8;

/** What is used of a record of the table's stream. */
export interface StreamRecord {
  readonly dynamodb?: { readonly OldImage?: Image; readonly NewImage?: Image };
}

/**
 * Writes the events that a batch of changes makes to their runs' logs, and returns them as they are there. A batch that comes
 * again, whole or in part, gives the same events with the same seq.
 */
export async function appendEvents(log: Pick<EventLog, 'append'>, records: readonly StreamRecord[]): Promise<RunEvent[]> {
  const events = records.flatMap(({ dynamodb }) => eventsOf(dynamodb?.OldImage, dynamodb?.NewImage));
  const byRun = Map.groupBy<string, NewEvent>(events, (event) => event.run_id);
  return (await mapAtMost(CONCURRENT_RUNS, [...byRun], ([runId, ofRun]) => log.append(runId, ofRun))).flat();
}
