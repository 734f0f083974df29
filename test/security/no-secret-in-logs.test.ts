import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lambdaHandler } from '../../lambdas/middleware.ts';
import { logger } from '../../lambdas/powertools.ts';
import { imageOf } from '../aws/dynamodb/images.ts';
import { runItem, taskItem } from '../aws/dynamodb/items.ts';
import { RUN_ID, statusChange } from '../aws/status-change.ts';
import { Endpoint } from '../executors/endpoint.ts';
import { httpEvent } from '../lambdas/http-event.ts';
import { invoke } from '../lambdas/invoke.ts';
import { EverythingWritten, secretsIn } from './everything-written.ts';
import { ROUTE_REQUESTS } from './route-requests.ts';
import { messagesOf, WatchedDeployment } from './watched-deployment.ts';

vi.hoisted(() => {
  // the most that there is, also where somebody asks for events in the log
  process.env.POWERTOOLS_LOG_LEVEL = 'TRACE';
  process.env.POWERTOOLS_LOGGER_LOG_EVENT = 'true';
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

/** Kept out of all logs. */
const SECRETS: Record<string, string> = {
  'the header of the agents': 's3cret-header-1',
  'the signature of a request': 's3cret-signature-2',
  'the token of a session': 's3cret-session-3',
  'an idempotency key': 's3cret-key-4',
  'an input': 's3cret-input-5',
  'a prompt': 's3cret-prompt-6',
  'an output': 's3cret-output-7',
  'the context': 's3cret-context-8',
  'a task token': 's3cret-token-9',
  'a name of a task': 's3cret-name-10',
  'a claim': 's3cret-claim-11',
};
/** What agents say of their failures: beside what is kept of a task, Lambda writes it, as Step Functions is told by what a function throws. */
const WORDS = { 'the words of an agent': 's3cret-words-12' };
const everySecret = Object.values({ ...SECRETS, ...WORDS }).join(' ');

/** As DynamoDB and others answer: all that was asked hangs on the error, and is quoted. */
function hostileError(): Error {
  const found = { Item: { outputs: { S: everySecret } } };
  return Object.assign(new Error(`1 validation error detected: Value '${everySecret}' at 'x' failed to satisfy constraint: too long`), {
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
    $response: { body: everySecret },
    ...found,
    CancellationReasons: [{ Code: 'None', ...found }],
    cause: new SyntaxError(`Unexpected token 's', "${everySecret}" is not valid JSON`),
  });
}

const PLAN = {
  tasks: [
    {
      task_id: 'a',
      name: SECRETS['a name of a task'],
      llm_prompt: `{{context.x}} ${SECRETS['a prompt']}`,
      inputs: { x: SECRETS['an input'] },
    },
    { task_id: 'b', llm_prompt: SECRETS['a prompt'], inputs: { x: SECRETS['an input'] } },
    { task_id: 'c', task_type: 'llm_call', llm_prompt: SECRETS['a prompt'] },
    { task_id: 'd', dependencies: [{ task_id: 'a' }, { task_id: 'c' }] },
    { task_id: 'e', dependencies: [{ task_id: 'a', dependency_type: 'conditional', condition: '$number(outputs.response) > 1' }] },
  ],
};

const apiEvent = (method: string, rawPath: string, body?: unknown, headers = {}) =>
  httpEvent({
    method,
    rawPath,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKID, Signature=${SECRETS['the signature of a request']}`,
      'x-amz-security-token': SECRETS['the token of a session']!,
      'idempotency-key': SECRETS['an idempotency key']!,
      'content-type': 'application/json',
      ...headers,
    },
    authorizer: { jwt: { claims: { tenant: 'mine', email: SECRETS['a claim'] } } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

let endpoint: Endpoint;
let written: EverythingWritten;
beforeAll(async () => {
  endpoint = await Endpoint.open();
});
afterAll(() => endpoint.close());
beforeEach(() => {
  written = new EverythingWritten();
});
afterEach(() => written.restore());

const deploy = (failure?: () => Error) =>
  new WatchedDeployment({ url: endpoint.url('/').href, headerSecret: SECRETS['the header of the agents']!, failure });
const token = SECRETS['a task token']!;
const words = WORDS['the words of an agent'];

/** A run from its plan to its end, with agents that answer, fail, and report later, and everything else that functions are called for. */
async function playRun(deployment: WatchedDeployment): Promise<Record<string, string>> {
  const answered = (await deployment.call('api', apiEvent('POST', '/plans', { plan: PLAN, context: { x: SECRETS['the context'] } }))) as {
    body: string;
  };
  const { run_id = RUN_ID } = JSON.parse(answered.body) as { run_id?: string };
  const upload = (await deployment.call('api', apiEvent('POST', '/plans', { upload: true }))) as { body: string };
  const { url = '?X-Amz-Signature=none' } = JSON.parse(upload.body) as { url?: string };

  endpoint.answers({ body: JSON.stringify({ response: SECRETS['an output'], tokens_used: 3 }) });
  await deployment.call('run-task', { run_id, task: 0 });
  await deployment.call('run-task', { run_id, task: 4, token }); // its condition cannot make a number of the output
  for (const answer of [
    { status: 400, body: words },
    { status: 503, body: words },
    { body: words },
    { body: JSON.stringify({ [words]: 1 }) },
  ]) {
    endpoint.answers(answer);
    await deployment.call('run-task', { run_id, task: 1 });
  }
  endpoint.answers({ status: 202, body: '' });
  await deployment.call('run-task', { run_id, task: 2, token });
  const { input = {} } = JSON.parse(endpoint.requests.at(-1)?.body ?? '{}') as { input?: { callback_id?: string } };
  const callbackId = input.callback_id ?? 'none';
  await deployment.call('api', apiEvent('POST', `/callbacks/${callbackId}`, { status: 'heartbeat' }));
  await deployment.call('api', apiEvent('POST', `/callbacks/${callbackId}`, { status: 'failed', error: words }));
  await deployment.call('api', apiEvent('POST', `/callbacks/${callbackId}`, `{"status": ${words}`));
  const Cause = JSON.stringify({ errorType: 'TaskFailed', errorMessage: words });
  await deployment.call('settle-task', { run_id, task: 1, error: { Error: 'TaskFailed', Cause } });
  await deployment.call('admit-task', { run_id, task: 3, token: `entered:1:${token}` });
  await deployment.call('admit-task', { run_id, task: 3 });
  await deployment.call('finish-run', { run_id });

  await deployment.call('planner', messagesOf(JSON.stringify({ run_id }), `{"run_id": ${everySecret}}`));
  await deployment.call('reconcile', statusChange('FAILED', { name: `${run_id}-1`, error: 'TaskFailed', cause: Cause }));
  const outputs = JSON.stringify({ response: SECRETS['an output'] });
  const change = (item: object) => ({ dynamodb: { NewImage: imageOf(item) } });
  const error = JSON.stringify({ code: 'E5202', message: words });
  const Records = [
    change(runItem({ context: JSON.stringify({ x: SECRETS['the context'] }) })),
    change(taskItem(0, { status: 'completed', outputs, completed_at: '2026-01-01T00:00:00.000Z' })),
    change(taskItem(1, { status: 'failed', error, task_id: SECRETS['a name of a task']! })),
  ];
  await deployment.call('publish-events', { Records });
  await deployment.call('publish-events', { Records: [everySecret] });

  const ids = {
    runId: run_id,
    taskId: 'a',
    callbackId,
    uploadId: 'none',
    idempotencyKey: 'k',
    pool: 'gpu',
    cursor: everySecret,
    planName: everySecret,
    plan: PLAN,
  };
  for (const request of Object.values(ROUTE_REQUESTS).flatMap((requestsFor) => requestsFor(ids))) {
    await deployment.call('api', { ...apiEvent(request.method, request.path, request.body), queryStringParameters: request.query });
  }
  return { 'an upload address': new URL(url, 'https://x').searchParams.get('X-Amz-Signature')!, 'a callback id': callbackId };
}

describe('no secret is in what functions write, to their log and as metrics', () => {
  it('in a run with tasks that complete, fail and report later', async () => {
    const deployment = deploy();

    const made = await playRun(deployment);

    expect(Object.values(made)).not.toContain('none');
    expect(secretsIn(written.text, { ...SECRETS, ...WORDS, ...made })).toEqual([]);
    for (const part of ['the state fails', 'the function fails', 'the run did not start', '"TasksCompleted"'])
      expect(written.text, part).toContain(part);
  });

  it('metrics are counts of the deployment: they tell of no run, task or tenant', async () => {
    await playRun(deploy());

    const metrics = written.text.split('\n').filter((line) => line.includes('"_aws"'));
    const told = metrics.map((line) => {
      const { _aws, service, ...values } = JSON.parse(line) as {
        _aws: { CloudWatchMetrics: [{ Dimensions: string[][] }] };
        service: string;
      };
      return { dimensions: _aws.CloudWatchMetrics[0].Dimensions, values: Object.values(values) };
    });
    expect(told.length).toBeGreaterThan(0);
    for (const { dimensions, values } of told) {
      expect(dimensions).toEqual([['service']]);
      expect(values.flat().filter((value) => typeof value !== 'number')).toEqual([]);
    }
  });

  it('where everything that they ask fails, with all that they asked in the errors', async () => {
    const deployment = deploy(hostileError);

    await playRun(deployment);

    expect(secretsIn(written.text, { ...SECRETS, ...WORDS })).toEqual([]);
    for (const part of ['the function fails', 'a request failed', 'the run did not start', 'ValidationException'])
      expect(written.text, part).toContain(part);
  });
});

describe('Lambda itself writes what a function throws: that is', () => {
  it('of a run no more than how the agents say that they failed', async () => {
    const deployment = deploy();

    const made = await playRun(deployment);

    expect(deployment.linesOfLambda.length).toBeGreaterThan(4);
    expect(secretsIn(deployment.linesOfLambda.join('\n'), { ...SECRETS, ...WORDS, ...made })).toEqual(Object.keys(WORDS));
  });

  it('nothing of what an error of a service has with it', async () => {
    const deployment = deploy(hostileError);

    await playRun(deployment);

    expect(deployment.linesOfLambda.length).toBeGreaterThan(4);
    expect(secretsIn(deployment.linesOfLambda.join('\n'), { ...SECRETS, ...WORDS })).toEqual([]);
  });
});

describe('it would be noticed that a function writes', () => {
  it.each([
    ['its event', (event: unknown) => logger.debug('called', { event })],
    ['its event to the console', (event: unknown) => console.log(event)],
    ['an error as it comes', () => logger.error('oh no', hostileError())],
    ['a key of all its lines', (event: unknown) => logger.appendKeys({ event: JSON.stringify(event) })],
  ])('%s', async (_, write) => {
    const handler = lambdaHandler(async (event: unknown) => {
      write(event);
      logger.info('at work');
    });

    await invoke(handler, apiEvent('POST', '/plans', { plan: PLAN, context: { x: SECRETS['the context'] } }));

    expect(secretsIn(written.text, SECRETS)).not.toEqual([]);
  });
});
