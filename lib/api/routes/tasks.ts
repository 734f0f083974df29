import { z } from 'zod';
import type { TaskDescription } from '../../runtime/describe-tasks.ts';
import { latestRecords } from '../../runtime/latest-spec.ts';
import { readCursor, taskPlace, writeCursor } from '../cursor.ts';
import { describePage } from '../describe-page.ts';
import { ApiProblem } from '../problem.ts';
import { requireRun } from '../require-run.ts';
import { route } from '../route.ts';
import { task, taskPage } from '../schemas.ts';
import { wholeNumber } from '../whole-number.ts';

export const listTasks = route({
  method: 'GET',
  template: '/runs/{run_id}/tasks',
  operationId: 'listTasks',
  summary: 'Lists the tasks of a run in the order of its plan, without their outputs.',
  path: { run_id: z.string() },
  query: { limit: wholeNumber(z.int().min(1).max(100)).default(100), cursor: z.string().optional() },
  answers: {
    200: {
      description: 'A page of tasks.',
      schema: taskPage,
      links: { getTask: { run_id: '$request.path.run_id', task_id: '$response.body#/tasks/0/task_id' } },
    },
  },
  async handle({ runtime }, { path, query: { limit, cursor } }) {
    const from = cursor === undefined ? 0 : readCursor(taskPlace, cursor).ordinal;
    const { run_id } = await requireRun(runtime.store, path.run_id);
    const records = await latestRecords(runtime, run_id);
    const tasks = await describePage(runtime.store, path.run_id, records.slice(from, from + limit));
    const next = from + limit < records.length ? writeCursor({ ordinal: from + limit }) : null;
    return { status: 200, body: { tasks: tasks.map(withoutOutputs), next_cursor: next } };
  },
});

export const getTask = route({
  method: 'GET',
  template: '/runs/{run_id}/tasks/{task_id+}',
  operationId: 'getTask',
  summary: 'Shows a task with its outputs.',
  path: { run_id: z.string(), task_id: z.string() },
  answers: { 200: { description: 'The task.', schema: task } },
  async handle({ runtime }, { path }) {
    const { run_id } = await requireRun(runtime.store, path.run_id);
    const records = await latestRecords(runtime, run_id);
    const record = records.find(({ id }) => id === path.task_id);
    if (record === undefined) throw new ApiProblem(404, 'the run has no such task', { code: 'E5207' });
    const [description] = await describePage(runtime.store, path.run_id, [record], [record.ordinal]);
    return { status: 200, body: description };
  },
});

function withoutOutputs({ outputs: _, ...rest }: TaskDescription): Omit<TaskDescription, 'outputs'> {
  return rest;
}
