import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../lib/client/read-answer.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const PROBLEM = { code: 'E5601', message: 'twice', path: '$.tasks[1].task_id', task_ids: ['a'] };

it('gives the object of an answer', () => {
  expect(readAnswer(202, 'Accepted', '{"run_id":"r"}')).toEqual({ run_id: 'r' });
});

it.each(['<html>', '', '[]', 'null', '"text"'])('does not take %j for an answer', (text) => {
  expect(() => readAnswer(200, 'OK', text)).toThrow('200 no JSON object in the answer: is this a TaskOrchestrator?');
});

describe('a refusal', () => {
  it('of a plan has all its problems', () => {
    const body = { title: 'Bad Request', status: 400, detail: 'the plan is not valid', code: 'E5200', problems: [PROBLEM] };

    expect(thrownBy(() => readAnswer(400, 'Bad Request', JSON.stringify(body)))).toMatchObject({
      name: 'PlanningError',
      code: 'E5200',
      message: 'the plan is not valid',
      details: { problems: [PROBLEM] },
    });
  });

  it('of a request says what is wrong with it', () => {
    const problems = [{ code: 'E5600', message: 'too large', path: 'query.limit', task_ids: [] }];
    const body = { title: 'Bad Request', status: 400, detail: 'the query is not right', problems };

    expect(thrownBy(() => readAnswer(400, 'Bad Request', JSON.stringify(body)))).toMatchObject({
      name: 'ApiError',
      message: '400 Bad Request: the query is not right; query.limit: too large',
      status: 400,
      title: 'Bad Request',
      detail: 'the query is not right',
      problems,
      fromApi: true,
    });
  });

  it.each([
    [401, 'Unauthorized', '{"message":"Unauthorized"}', '401 Unauthorized: the API does not take this token, or wants one'],
    [403, 'Forbidden', '{"message":"Forbidden"}', '403 Forbidden: Forbidden: the caller must be allowed to execute-api:Invoke'],
    [413, 'Payload Too Large', '{"message":"Request Too Long"}', '413 Payload Too Large: Request Too Long'],
    [404, 'Not Found', '<html>', '404 Not Found'],
  ])('of a gateway is told apart: %i', (status, statusText, text, message) => {
    expect(thrownBy(() => readAnswer(status, statusText, text))).toMatchObject({ message, fromApi: false });
  });
});
