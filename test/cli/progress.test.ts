import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { makeProgress } from '../../lib/cli/progress.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';

it('progress is told in lines, by ids, with the time of each event since the first, whenever it comes', () => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(stripVTControlCharacters(text).trim()) };
  const names = new Map([
    ['draft', 'A draft'],
    ['read/0/fetch', 'fetch'],
  ]);
  const progress = makeProgress({
    stream: stream as never,
    taskCount: 2,
    nameOf: (id) => names.get(id) ?? id,
    now: () => expect.unreachable('no clock of its own'),
  });
  const event = (type: RunEvent['type'], seconds: number, task_id?: string): void =>
    progress.onEvent({ seq: 1, run_id: 'r', type, at: new Date(seconds * 1000).toISOString(), ...(task_id && { task_id }) });

  event('run.queued', 100);
  event('task.executing', 101.5, 'draft');
  event('task.completed', 112, 'read/0/fetch');

  expect(lines).toEqual(['1.50 s  ▶ executing  draft (A draft)', '12.0 s  ✓ completed  read/0/fetch']);
});
