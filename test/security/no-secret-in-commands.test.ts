import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { cli, MAIN, NODE_FLAGS, scratch, startCli, writePlan } from '../cli/command-line.ts';
import { inOrder, refusal, type Script, startScriptedServer } from '../client/scripted-server.ts';
import { secretsIn } from './everything-written.ts';

const TOKEN = 's3cret-token-1';
const SECRETS = { 'the token': TOKEN, 'a prompt': 's3cret-prompt-2', 'an input': 's3cret-input-3', 'the context': 's3cret-context-4' };
const PLAN = {
  tasks: [{ task_id: 'a', llm_prompt: SECRETS['a prompt'], inputs: { x: SECRETS['an input'] } }],
};
/** As much as can be asked for. */
const VERBOSE = { DEBUG: '1', NODE_DEBUG: '' };

it.each<[string, Script]>([
  ['fails', inOrder({ ...refusal(500, 'Internal Server Error', 'no luck') })],
  ['refuses', inOrder(refusal(400, 'Bad Request', 'not so'))],
  ['does not take the token', inOrder({ status: 401, body: { message: 'Unauthorized' } })],
  ['redirects', inOrder({ status: 307, headers: { location: 'https://elsewhere.example/' }, body: '' })],
  ['answers something else', inOrder({ body: 'nonsense' })],
  ['answers a run and then nonsense', inOrder({ status: 202, body: { run_id: 'r', status: 'executing' } }, { body: '[' })],
  ['hangs up', () => 'reset'],
])('a command says nothing of its token or its plan where a deployment %s', async (_, script) => {
  using server = await startScriptedServer((request, number) => {
    const answer = script(request, number);
    return answer === 'reset' ? answer : { ...answer, headers: { 'retry-after': '0', ...answer.headers } };
  });
  const path = writePlan(scratch(), PLAN);
  const context = writePlan(scratch(), { x: SECRETS['the context'] }, 'context.json');

  const args = ['run', path, '--context', context, '--endpoint', server.url, '--token', TOKEN];
  const { status, stdout, stderr } = await startCli(args, { env: VERBOSE }).outcome;

  expect(status).not.toBe(0);
  expect(server.taken[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(stdout + stderr).not.toBe('');
  expect(secretsIn(stdout + stderr, SECRETS)).toEqual([]);
});

it.each([
  ['a flag that there is not', ['run', 'plan.json', '--endpoint', 'http://127.0.0.1:9', '--token', TOKEN, '--nope']],
  ['a token for nobody', ['status', '--token', TOKEN]],
  ['an address that is none', ['status', '--endpoint', `https://me:${TOKEN}@x.example`, '--token', TOKEN]],
  ['an address without TLS', ['status', '--endpoint', 'http://x.example', '--token', TOKEN]],
])('usage errors do not repeat the token: %s', (_, args) => {
  const { status, stdout, stderr } = cli(args);

  expect(status).toBe(2);
  expect(secretsIn(stdout + stderr, SECRETS)).toEqual([]);
});

it('serve listens on 127.0.0.1 only, and writes nothing of plans, whether it takes them or fails inside', async () => {
  const dataDir = scratch();
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, 'serve', '--port', '0', '--data-dir', dataDir], {
    env: { ...process.env, ...VERBOSE },
  });
  const errors = text(child.stderr);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  while (!output.includes('\n')) await once(child.stdout, 'data');
  const [url] = /http:\S+/.exec(output)!;
  const submit = (body: string) =>
    fetch(`${url}/plans`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, 'idempotency-key': crypto.randomUUID() },
    });
  const submission = JSON.stringify({ plan: PLAN, context: { x: SECRETS['the context'] } });

  const accepted = await submit(submission);
  const refused = await submit(`{"plan": ${SECRETS['an input']}}`);
  const database = new DatabaseSync(join(dataDir, STORE_FILE));
  database.exec('DROP TABLE blobs'); // nothing can be kept any more
  database.close();
  const failed = await submit(submission);
  // another address of the same machine, as on Linux all of 127.0.0.0/8 are
  const fromElsewhere = process.platform === 'linux' ? fetch(url!.replace('127.0.0.1', '127.0.0.2')) : Promise.reject(new Error('nobody'));
  await expect(fromElsewhere).rejects.toThrow();
  child.kill('SIGTERM');
  await once(child, 'exit');

  expect([accepted.status, refused.status, failed.status]).toEqual([202, 400, 500]);
  expect(await errors).toContain('a request failed');
  expect(secretsIn(output + (await errors), SECRETS)).toEqual([]);
});
