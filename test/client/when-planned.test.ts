import { expect, it } from 'vitest';
import { whenPlanned } from '../../lib/client/when-planned.ts';
import { makeClient } from './make-client.ts';
import { inOrder, refusal, type ScriptedAnswer, startScriptedServer } from './scripted-server.ts';

const run = (parts: object) => ({ body: { run_id: 'run', status: 'queued', task_count: 0, error: null, ...parts } });
const QUEUED = run({});

async function wait(...answers: readonly ScriptedAnswer[]) {
  using server = await startScriptedServer(inOrder(...answers));
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => pauses.push(milliseconds);
  return { planned: await whenPlanned(makeClient(server.url).client, 'run', { pause }), pauses };
}

it('gives a run that has its tasks at once', async () => {
  const { planned, pauses } = await wait(run({ task_count: 2 }));

  expect(planned).toMatchObject({ status: 'queued', task_count: 2 });
  expect(pauses).toEqual([]);
});

it('waits for the others, longer and longer up to five seconds', async () => {
  const { planned, pauses } = await wait(...Array.from({ length: 11 }, () => QUEUED), run({ status: 'executing', task_count: 7 }));

  expect(planned).toMatchObject({ status: 'executing', task_count: 7 });
  expect(pauses.slice(0, 3)).toEqual([200, 300, 450]);
  expect(pauses.slice(-2)).toEqual([5_000, 5_000]);
});

it('throws what a small plan of the kind is refused with', async () => {
  const problems = [{ code: 'E5302', message: 'no such task', path: '$.tasks[0]', task_ids: ['a'] }];
  const error = { code: 'E5200', message: 'the plan is not valid: E5302' };

  await expect(wait(QUEUED, run({ status: 'failed', error, problems }))).rejects.toMatchObject({
    name: 'PlanningError',
    code: 'E5200',
    message: 'the plan is not valid: E5302',
    details: { problems },
  });
});

it('has no patience with a run that is not there', async () => {
  await expect(wait(refusal(404, 'Not Found', 'there is no such run'))).rejects.toThrow('run run was accepted and is not there');
});
