import { describe, expect, it } from 'vitest';
import { inOrder, refusal, type Script, startScriptedServer } from '../client/scripted-server.ts';
import { cli, scratch, startCli, writePlan } from './command-line.ts';

const PLAN = { tasks: [{ task_id: 'a' }] };
const BUSY = { ...refusal(503, 'Service Unavailable', 'the store is too busy'), headers: { 'retry-after': '0' } };

describe('a deployment that does not do what it is asked', () => {
  it.each([
    ['fails', BUSY, 3, '503 Service Unavailable: the store is too busy'],
    ['refuses', refusal(413, 'Content Too Large', 'the body is too large'), 2, '413 Content Too Large: the body is too large'],
    [
      'knows nobody',
      { status: 403, body: { message: 'Forbidden' } },
      2,
      '403 Forbidden: Forbidden: the caller must be allowed to execute-api:Invoke',
    ],
    ['is none', { body: '<html>' }, 2, '200 no JSON object in the answer: is this a TaskOrchestrator?'],
    ['is hostile', refusal(400, 'Bad\u001b[2J', 'a\nb\u0007'), 2, '400 Bad [2J: a b '],
  ])('because it %s is one clear line', async (_, answer, status, line) => {
    using server = await startScriptedServer(inOrder(answer));

    const outcome = await startCli(['run', writePlan(scratch(), PLAN), '--endpoint', server.url]).outcome;

    expect(outcome).toEqual({ status, stdout: '', stderr: `${line}\n` });
  });

  it('because nobody listens is one clear line', async () => {
    const server = await startScriptedServer(inOrder({}));
    server.close();

    const { status, stderr } = await startCli(['status', '--endpoint', server.url]).outcome;

    expect({ status, stderr }).toEqual({ status: 2, stderr: `cannot reach ${server.url}: ECONNREFUSED\n` });
  });

  it('while its run is followed says how to see the run', async () => {
    const run: Script = ({ method, url }) => {
      if (method === 'POST') return { status: 202, body: { run_id: 'r', status: 'executing' } };
      return url === '/runs/r' ? { body: { run_id: 'r', status: 'executing', task_count: 1 } } : BUSY;
    };
    using server = await startScriptedServer(run);

    const { status, stderr } = await startCli(['run', writePlan(scratch(), PLAN), '--endpoint', server.url]).outcome;

    expect(status).toBe(3);
    expect(stderr.split('\n')).toEqual([
      `detached, the run goes on; see: npm run -s cli -- status r --endpoint ${server.url}`,
      `to stop it: npm run -s cli -- cancel r --endpoint ${server.url}`,
      '503 Service Unavailable: the store is too busy',
      '',
    ]);
  });
});

it.each([
  ['a flag', ['--token', 'geheim'], {}],
  ['the environment', [], { TASK_ORCHESTRATOR_TOKEN: 'geheim' }],
])('sends the token of %s and does not print it', async (_, flags, env) => {
  using server = await startScriptedServer(inOrder(refusal(403, 'Forbidden', 'not you')));

  const { stdout, stderr } = await startCli(['status', '--endpoint', server.url, ...flags], { env }).outcome;

  expect(server.taken[0]!.headers.authorization).toBe('Bearer geheim');
  expect(stdout + stderr).not.toContain('geheim');
});

const ENDPOINT = ['--endpoint', 'http://127.0.0.1:9'];

it.each([
  ['two deployments', ['run', 'plan.json', ...ENDPOINT, '--stack', 's'], /--stack/],
  ['a deployment and a folder', ['run', 'plan.json', ...ENDPOINT, '--data-dir', 'd'], /--data-dir/],
  ['a deployment and a virtual clock', ['run', 'plan.json', '--stack', 's', '--simulate'], /--simulate/],
  ['the definition of a deployment', ['compile', 'plan.json', ...ENDPOINT, '--asl', 'f'], /--asl/],
  ['the runs of a deployment and of a folder', ['status', '--stack', 's', '--data-dir', 'd'], /--data-dir/],
  ['a token for nobody', ['status', '--token', 't'], /--token is for a deployment/],
  ['a key of a simulation, which leaves nothing', ['run', 'plan.json', '--idempotency-key', 'k', '--simulate'], /--idempotency-key/],
  ['a run of a deployment and of a folder', ['resume', 'r', ...ENDPOINT, '--data-dir', 'd'], /--data-dir/],
  ['retries that make no sense', ['retry', 'r', '--max-retries', '-1'], /from 0 to 1000/],
  ['a key that no header can have', ['run', 'plan.json', ...ENDPOINT, '--idempotency-key', 'a b'], /idempotency-key has characters/],
  ['an endpoint that is no URL', ['status', '--endpoint', 'here'], /"here" is not an http\(s\) URL/],
  ['a plan that is not there, unasked', ['run', 'other.json', ...ENDPOINT], /other\.json/],
])('refuses %s', (_, args, message) => {
  const folder = scratch();
  writePlan(folder, PLAN);

  const { status, stdout, stderr } = cli(args, { cwd: folder });

  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
