import { InvalidToken, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { TaskTokens } from '../../lib/aws/task-tokens.ts';
import { type Answer, awsError, refusal, scriptCalls } from './scripted-calls.ts';

function scriptedTokens(...answers: readonly Answer[]) {
  const sent = scriptCalls(SFNClient, ...answers);
  return { tokens: new TaskTokens(new SFNClient({ region: 'us-east-1' })), sent };
}

const ANSWERS = {
  openGate: {
    answer: (tokens: TaskTokens) => tokens.openGate('token'),
    command: ['SendTaskSuccessCommand', { taskToken: 'token', output: '{}' }],
  },
  failTask: {
    answer: (tokens: TaskTokens) => tokens.failTask('token', { name: 'TaskFailed', message: 'no luck' }),
    command: ['SendTaskFailureCommand', { taskToken: 'token', error: 'TaskFailed', cause: 'no luck' }],
  },
  heartbeat: {
    answer: (tokens: TaskTokens) => tokens.heartbeat('token'),
    command: ['SendTaskHeartbeatCommand', { taskToken: 'token' }],
  },
};

describe.each(Object.entries(ANSWERS))('%s', (_, { answer, command }) => {
  test('is one call, and true where somebody waits', async () => {
    const { tokens, sent } = scriptedTokens();

    expect(await answer(tokens)).toBe(true);

    expect(sent).toEqual([command]);
  });

  test.each([
    ['the wait is over', new TaskTimedOut(refusal)],
    ['the execution is over', new TaskDoesNotExist(refusal)],
    ['it is no token', new InvalidToken(refusal)],
  ])('is false where %s', async (_case, error) => {
    const { tokens } = scriptedTokens(error);

    expect(await answer(tokens)).toBe(false);
  });

  test.each(['ThrottlingException', 'AccessDeniedException'])('passes on %s', async (name) => {
    const error = awsError(name);
    const { tokens } = scriptedTokens(error);

    await expect(answer(tokens)).rejects.toBe(error);
  });
});

test('an error is cut to what Step Functions takes', async () => {
  const { tokens, sent } = scriptedTokens();

  await tokens.failTask('token', { name: 'n'.repeat(256), message: 'm'.repeat(32_768) });
  await tokens.failTask('token', { name: 'n'.repeat(257), message: 'm'.repeat(32_769) });

  const longest = { taskToken: 'token', error: 'n'.repeat(256), cause: 'm'.repeat(32_768) };
  expect(sent.map(([, input]) => input)).toEqual([longest, longest]);
});
