import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLambdas, type LambdaBundle } from '../../lambdas/build.ts';

/** All that functions must be told, and nothing else. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  BUCKET_NAME: 'bucket',
  START_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/starts',
  EVENT_BUS_NAME: 'bus',
  STATE_MACHINE_ROLE_ARN: 'arn:aws:iam::123456789012:role/machines',
  RUN_TASK_CLASSES: '[{"name":"default","function_arn":"arn:aws:lambda:us-east-1:123456789012:function:run-task","memory_mb":512}]',
  ADMIT_TASK_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:admit-task',
  SETTLE_TASK_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:settle-task',
  FINISH_RUN_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:finish-run',
};

/** Seconds on an idle machine. */
const BUILD_TIMEOUT_MS = 120_000;

let folder: string;
let bundles: readonly LambdaBundle[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lambdas-'));
  await writeFile(join(folder, 'left-behind'), '');
  bundles = await buildLambdas(folder);
}, BUILD_TIMEOUT_MS);
afterAll(() => rm(folder, { recursive: true }));

const indexOf = ({ name }: LambdaBundle) => join(folder, name, 'index.mjs');

async function sizeOf(directory: string): Promise<number> {
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** What the script prints as JSON, in a process outside of the project that has no modules but the bundles' own. */
async function run(script: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: ENVIRONMENT,
  });
  return JSON.parse(stdout) as unknown;
}

it('leaves a folder for each function, and nothing of an earlier build', async () => {
  expect((await readdir(folder)).sort()).toEqual(bundles.map(({ name }) => name).sort());
  expect(bundles.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['run-task', 'admit-task', 'settle-task', 'finish-run', 'api', 'planner']),
  );
});

it('each bundle starts by itself, with a handler', async () => {
  const handlers = await run(`
    const kinds = {};
    for (const path of ${JSON.stringify(bundles.map(indexOf))}) kinds[path] = typeof (await import(path)).handler;
    console.log(JSON.stringify(kinds));
  `);

  expect(handlers).toEqual(Object.fromEntries(bundles.map((bundle) => [indexOf(bundle), 'function'])));
});

it('run-task comes with the program that evaluates conditions', async () => {
  const question = { text: '$count([1..3]) = 3', input: { outputs: {}, context: {} } };
  const answer = await run(`
    import { spawnSync } from 'node:child_process';
    const { stdout } = spawnSync(process.execPath, [${JSON.stringify(join(folder, 'run-task', 'condition-process.mjs'))}], { input: ${JSON.stringify(JSON.stringify(question))} });
    console.log(String(stdout));
  `);

  expect(answer).toEqual({ holds: true });
});

describe('the size of a bundle', () => {
  it('in all is that of its files', async () => {
    for (const { name, totalBytes } of bundles) expect(totalBytes, name).toBe(await sizeOf(join(folder, name)));
  });

  it('at the start leaves out what is loaded when it is needed', () => {
    const runTask = bundles.find(({ name }) => name === 'run-task')!;

    expect(runTask.startBytes).toBeLessThan(runTask.totalBytes);
  });

  it('at the start stays below a megabyte: it is what a cold start loads', () => {
    for (const { name, startBytes } of bundles) expect(startBytes, name).toBeLessThan(1024 * 1024);
  });
});
