import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../../lib/aws/dynamodb/events-of.ts';
import type { RunDocument, TaskDocument } from '../../../lib/aws/dynamodb/table.ts';
import { at } from '../../contract/factories.ts';
import { imageOf } from './images.ts';
import { runItem, taskItem } from './items.ts';

const error = { code: 'E5202', message: 'no luck' };
const errorText = JSON.stringify(error);

const ofTask = (before: Partial<TaskDocument> | undefined, after: Partial<TaskDocument>) =>
  eventsOf(before && imageOf(taskItem(2, before)), imageOf(taskItem(2, after)));
const ofRun = (before: Partial<RunDocument> | undefined, after: Partial<RunDocument>) =>
  eventsOf(before && imageOf(runItem(before)), imageOf(runItem(after)));

describe('events of a task', () => {
  const event = { run_id: 'run', task_id: 'task-2' };

  test('one for the first claim', () => {
    expect(ofTask(undefined, { changed_at: at(5) })).toEqual([{ ...event, at: at(5), type: 'task.executing', attempt: 1 }]);
  });

  test('one for an attempt that takes over, without the error of the one before', () => {
    expect(ofTask({ error: errorText }, { attempt: 2, error: errorText, changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: 'task.executing', attempt: 2 },
    ]);
  });

  test('one for completing', () => {
    expect(ofTask({}, { status: 'completed', outputs: '{}', changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: 'task.completed', attempt: 1 },
    ]);
  });

  test.each(['pending', 'failed', 'blocked', 'skipped', 'cancelled'] as const)('one with the error for being %s', (status) => {
    expect(ofTask({}, { status, error: errorText, changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: `task.${status}`, attempt: 1, error },
    ]);
  });

  test('one for an end without an attempt', () => {
    expect(ofTask(undefined, { status: 'blocked', attempt: 0, error: errorText, changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: 'task.blocked', attempt: 0, error },
    ]);
  });

  test.each(['failed', 'completed', 'blocked', 'executing'] as const)('one without the error for a reset of what was %s', (status) => {
    expect(ofTask({ status, error: errorText }, { status: 'pending', execution: 2, error: errorText, changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: 'task.pending', attempt: 1 },
    ]);
  });

  test('one with the error for an attempt that a later execution releases', () => {
    expect(ofTask({ execution: 2 }, { status: 'pending', execution: 2, error: errorText, changed_at: at(5) })).toEqual([
      { ...event, at: at(5), type: 'task.pending', attempt: 1, error },
    ]);
  });

  test('none for a reset of what was pending, or never touched', () => {
    expect(ofTask({ status: 'pending', error: errorText }, { status: 'pending', execution: 2, changed_at: at(5) })).toEqual([]);
    expect(ofTask(undefined, { status: 'pending', attempt: 0, execution: 2, changed_at: at(5) })).toEqual([]);
  });

  test('none when neither status nor attempt is another', () => {
    expect(ofTask({ writer: 'a', changed_at: at(1) }, { writer: 'b', changed_at: at(2) })).toEqual([]);
  });
});

describe('events of a run', () => {
  test('one for a new run', () => {
    expect(ofRun(undefined, { status: 'queued', changed_at: at(5) })).toEqual([{ run_id: 'run', at: at(5), type: 'run.queued' }]);
  });

  test.each(['executing', 'pausing', 'paused', 'cancelling', 'completed', 'cancelled'] as const)('one for being %s', (status) => {
    expect(ofRun({ status: 'queued' }, { status, changed_at: at(5) })).toEqual([{ run_id: 'run', at: at(5), type: `run.${status}` }]);
  });

  test('one with the error for failing', () => {
    expect(ofRun({}, { status: 'failed', error: errorText, changed_at: at(5) })).toEqual([
      { run_id: 'run', at: at(5), type: 'run.failed', error },
    ]);
  });

  test('one for each time that it is queued', () => {
    expect(ofRun({ status: 'failed', error: errorText }, { status: 'queued', execution: 2, changed_at: at(5) })).toEqual([
      { run_id: 'run', at: at(5), type: 'run.queued' },
    ]);
  });

  test('none when the status stays', () => {
    expect(ofRun({ tokens_used: 1 }, { tokens_used: 2 })).toEqual([]);
    expect(ofRun({}, { next_ordinal: 9, task_count: 9 })).toEqual([]);
  });
});

describe('no events', () => {
  test.each([
    'GATE#000002',
    'POOL#run',
    'WAIT#run#1#2',
    'WAITER#run#2',
    'SPEC#a#0',
    'CONTEXT#a#0',
    'EVENT#0000000001',
    'EXPANSION#000002#1',
  ])('of %s', (SK) => {
    expect(eventsOf(undefined, imageOf({ PK: 'RUN#run', SK, status: 'x' }))).toEqual([]);
  });

  test.each([
    ['STATS#default', 'STATS'],
    ['TENANT#default', 'KEY#abc'],
    ['TENANT#RUN#run', 'RUN'],
  ])('of %s / %s', (PK, SK) => {
    expect(eventsOf(undefined, imageOf({ PK, SK }))).toEqual([]);
  });

  test('of an item that expired', () => {
    expect(eventsOf(imageOf(taskItem(2)), undefined)).toEqual([]);
  });
});

test('the run may have any id', () => {
  const PK = 'RUN#a#b\nc';
  expect(eventsOf(undefined, imageOf(runItem({ PK, run_id: 'a#b\nc' })))).toMatchObject([{ run_id: 'a#b\nc' }]);
});
