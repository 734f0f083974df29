import { expect, test } from 'vitest';
import { appendEvents, type StreamRecord } from '../../../lib/aws/dynamodb/append-events.ts';
import type { EventLog } from '../../../lib/aws/dynamodb/event-log.ts';
import type { NewEvent } from '../../../lib/aws/dynamodb/events-of.ts';
import { at } from '../../contract/factories.ts';
import { imageOf } from './images.ts';
import { runItem, taskItem } from './items.ts';

const change = (OldImage: object | undefined, NewImage: object | undefined): StreamRecord => ({
  dynamodb: { ...(OldImage && { OldImage: imageOf(OldImage) }), ...(NewImage && { NewImage: imageOf(NewImage) }) },
});

test("a batch of changes goes to each run's log, in its order", async () => {
  const appended: [string, NewEvent[]][] = [];
  const log: Pick<EventLog, 'append'> = {
    append: async (runId, events) => {
      appended.push([runId, [...events]]);
      return events.map((event, n) => ({ seq: n + 1, ...event }));
    },
  };
  const other = { PK: 'RUN#other' };

  const events = await appendEvents(log, [
    change(undefined, runItem({ status: 'queued' })),
    change(undefined, { ...taskItem(1), ...other }),
    change(undefined, taskItem(1)),
    change(taskItem(1), taskItem(1, { status: 'completed', changed_at: at(2) })),
    change(undefined, { PK: 'RUN#run', SK: 'GATE#000001' }),
    change(taskItem(1), undefined),
    {},
  ]);

  expect(appended.map(([runId, ofRun]) => [runId, ofRun.map(({ type }) => type)])).toEqual([
    ['run', ['run.queued', 'task.executing', 'task.completed']],
    ['other', ['task.executing']],
  ]);
  expect(events.map(({ run_id, seq }) => [run_id, seq])).toEqual([
    ['run', 1],
    ['run', 2],
    ['run', 3],
    ['other', 1],
  ]);
});
