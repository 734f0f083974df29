import { describe, expect, inject, test } from 'vitest';
import { EventLog } from '../../../lib/aws/dynamodb/event-log.ts';
import type { NewEvent } from '../../../lib/aws/dynamodb/events-of.ts';
import { TableClient } from '../../../lib/aws/dynamodb/table-client.ts';
import { at } from '../../contract/factories.ts';
import { localClient, makeTable } from '../../dynamodb-local/test-table.ts';

const endpoint = inject('dynamoDbEndpoint');

const event = (n: number): NewEvent => ({ at: at(n), run_id: 'run', type: 'task.executing', task_id: `task-${n}`, attempt: 1 });

describe.skipIf(endpoint === null)('the event log on DynamoDB Local', () => {
  test('appenders that overlap and repeat write every event once, without gaps', async () => {
    const client = localClient(endpoint!);
    const table = `events-${process.pid}`;
    await makeTable(client, table);
    const appender = (): EventLog => new EventLog(new TableClient(client, table));
    // 12 appenders with 10 events each, of which half are the next one's too
    const batches = Array.from({ length: 12 }, (_, n) => Array.from({ length: 10 }, (_, i) => event(n * 5 + i)));

    const appended = await Promise.all([...batches, ...batches].map((batch) => appender().append('run', batch)));

    const log = await appender().list('run', 0, 1000);
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 65 }, (_, n) => n + 1));
    expect(new Set(log.map(({ task_id }) => task_id)).size).toBe(65);
    for (const [n, events] of appended.entries()) {
      expect(events).toHaveLength(10);
      expect(log).toEqual(expect.arrayContaining(events));
      expect(new Set(events.map(({ task_id }) => task_id))).toEqual(new Set(batches[n % 12]!.map(({ task_id }) => task_id)));
    }
  });
});
