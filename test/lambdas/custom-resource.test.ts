import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { whenDeleted } from '../../lambdas/custom-resource.ts';
import { logger } from '../../lambdas/powertools.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function requestOf(RequestType: string, fields: object = {}): CloudFormationCustomResourceEvent {
  const ids = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Logical', ResponseURL: 'https://answer.example' };
  return { RequestType, ...ids, ResourceProperties: { Name: 'x' }, ...fields } as unknown as CloudFormationCustomResourceEvent;
}

/** @returns the answers that CloudFormation gets */
function listen(status = 200): unknown[] {
  const answers: unknown[] = [];
  vi.stubGlobal('fetch', async (url: string, { method, body }: { method: string; body: Buffer }) => {
    answers.push([method, url, JSON.parse(body.toString())]);
    return new Response(null, { status });
  });
  return answers;
}
const answerOf = (fields: object) => [
  'PUT',
  'https://answer.example',
  { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Logical', ...fields },
];

test('does nothing when the resource is created or updated', async () => {
  const answers = listen();
  const act = vi.fn();

  await whenDeleted(act)(requestOf('Create'));
  await whenDeleted(act)(requestOf('Update', { PhysicalResourceId: 'physical' }));

  expect(act).not.toHaveBeenCalled();
  expect(answers).toEqual([
    answerOf({ PhysicalResourceId: 'Logical', Status: 'SUCCESS' }),
    answerOf({ PhysicalResourceId: 'physical', Status: 'SUCCESS' }),
  ]);
});

test('acts when it is deleted', async () => {
  const answers = listen();
  const act = vi.fn();

  await whenDeleted(act)(requestOf('Delete', { PhysicalResourceId: 'physical' }));

  expect(act.mock.calls).toEqual([[{ Name: 'x' }]]);
  expect(answers).toEqual([answerOf({ PhysicalResourceId: 'physical', Status: 'SUCCESS' })]);
});

test('answers also when that fails, with the reason', async () => {
  vi.spyOn(logger, 'error').mockReturnValue();
  const answers = listen();

  await whenDeleted(() => Promise.reject(new Error('denied')))(requestOf('Delete', { PhysicalResourceId: 'physical' }));

  expect(answers).toEqual([answerOf({ PhysicalResourceId: 'physical', Status: 'FAILED', Reason: 'Error: denied' })]);
});

test('throws when the answer is not taken, so that Lambda tries again', async () => {
  listen(403);

  await expect(whenDeleted(async () => {})(requestOf('Create'))).rejects.toThrow('CloudFormation took the answer with 403');
});
