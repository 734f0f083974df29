import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAMBDA_ENVIRONMENT } from '../../bench/measure/cold-start.ts';
import { buildLambdas, type LambdaBundle } from '../../lambdas/build.ts';
import { STATE_FUNCTIONS } from '../../lambdas/function-names.ts';

/** Seconds on an idle machine. */
const BUILD_TIMEOUT_MS = 120_000;

/** At the start. */
const MOST_KB = 384;
/** What compiles plans is larger, and so is what begins with S3. */
const LARGER_STARTS_KB = new Map<string, number>([
  ['planner', 576],
  ['api', 640],
  ['clean-up', 548],
]);

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
    env: { ...LAMBDA_ENVIRONMENT },
  });
  return JSON.parse(stdout) as unknown;
}

it('leaves a folder for each function, and nothing of an earlier build', async () => {
  expect((await readdir(folder)).sort()).toEqual(bundles.map(({ name }) => name).sort());
  expect(bundles.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['run-task', 'admit-task', 'list-items', 'settle-task', 'finish-run', 'api', 'planner']),
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

it('a function says in words what is wrong with its environment', async () => {
  const message = await run(`
    delete process.env.TABLE_NAME;
    const error = await import(${JSON.stringify(join(folder, 'run-task', 'index.mjs'))}).catch((error) => error);
    console.log(JSON.stringify(error.message));
  `);

  expect(message).toContain('TABLE_NAME: Invalid input: expected string, received undefined');
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

  it('at the start stays small: it is what a cold start loads', () => {
    for (const { name, startBytes } of bundles) expect(startBytes, name).toBeLessThan((LARGER_STARTS_KB.get(name) ?? MOST_KB) * 1024);
  });
});

it('each client that is loaded later has what is used of it', async () => {
  const runTask = join(folder, 'run-task');
  const files = (await readdir(runTask)).filter((name) => /^(?:s3|lambda|secrets-manager|sqs)-/.test(name));

  const names = (await run(`
    const names = [];
    for (const file of ${JSON.stringify(files.map((file) => join(runTask, file)))}) names.push(...Object.values(await import(file)).map(({ name }) => name));
    console.log(JSON.stringify(names));
  `)) as string[];

  expect(names).toEqual(expect.arrayContaining(['S3Client', 'SecretsManagerClient', 'SQSClient', 'lambdaAgents']));
});

describe('what a function loads at its start', () => {
  it.each(STATE_FUNCTIONS)('of %s has no client but that of the table, and no X-Ray', (name) => {
    const { startPackages } = bundles.find((bundle) => bundle.name === name)!;

    expect(startPackages.filter((each) => each.startsWith('@aws-sdk/client-'))).toEqual(['@aws-sdk/client-dynamodb']);
    expect(startPackages).not.toContain('aws-xray-sdk-core');
    expect(startPackages).not.toContain('@aws-sdk/xml-builder');
  });

  it.each(STATE_FUNCTIONS)('of %s has none of the clients that are bundled by themselves, and not what only reads plans', (name) => {
    const { startFiles, startPackages } = bundles.find((bundle) => bundle.name === name)!;

    expect(startFiles.filter((file) => /clients[\\/][\w-]+\.mjs$/.test(file))).toEqual([]);
    expect(startFiles.filter((file) => /zod[\\/]v4[\\/]classic|lib[\\/](?:compiler|graph|api)[\\/]/.test(file))).toEqual([]);
    expect(startPackages).not.toContain('jsonata');
  });

  it('is known of clients that are bundled by themselves', () => {
    const { startFiles } = bundles.find(({ name }) => name === 'clean-up')!;

    expect(startFiles.filter((file) => /clients[\\/][\w-]+\.mjs$/.test(file))).toHaveLength(1);
  });

  it('looks for credentials in the environment alone', () => {
    for (const { name, startPackages } of bundles)
      expect(
        startPackages.filter((each) => /credential-provider-(?!env)/.test(each)),
        name,
      ).toEqual([]);
  });
});
