import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPackage, dependencies } from '../build-package.ts';
import type { PlanResult } from '../lib/index.ts';
import { NODE_FLAGS, writePlan } from './cli/command-line.ts';

const ROOT = join(import.meta.dirname, '..');
const SEED = join(ROOT, 'examples/seed-workflow/plan.json');

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: { readonly '.': { readonly types: string; readonly default: string } };
}

/** Where the package is installed. */
let project: string;
let installed: string;
let manifest: Manifest;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'task-orchestrator-package-'));
  const source = join(project, 'source');
  mkdirSync(source);
  for (const file of ['package.json', 'README.md']) copyFileSync(join(ROOT, file), join(source, file));
  await buildPackage(join(source, 'dist'));
  const build = join(source, 'dist');
  execFileSync(process.execPath, [
    join(ROOT, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(ROOT, 'tsconfig.build.json'),
    '--outDir',
    build,
  ]);
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json'], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  installed = join(project, 'node_modules/task-orchestrator');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(source, filename), '-C', installed, '--strip-components=1']);
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
  for (const name of dependencies()) link(name);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

/** As if it were installed: nothing else is found from the project. */
function link(name: string): void {
  const path = join(project, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), path);
}

const node = (args: readonly string[]): string =>
  execFileSync(process.execPath, [...NODE_FLAGS, ...args], { cwd: project, encoding: 'utf8', timeout: 60_000 });

const command = (...args: readonly string[]): string => node([join(installed, manifest.bin['task-orchestrator']!), ...args]);

it('brings the command line', () => {
  const result = JSON.parse(command('run', SEED, '--json')) as PlanResult;

  expect(result.status).toBe('completed');
  expect(command('status')).toContain(result.run_id);
});

it('brings the class, and types for what it exports', () => {
  const program = `
    import { inProcessTools, TaskOrchestrator } from 'task-orchestrator';
    const orchestrator = new TaskOrchestrator({ toolExecutor: inProcessTools({ add: ({ a, b }) => a + b }), dataDir: '.class' });
    const task = { task_id: 'sum', task_type: 'tool_call', tool_name: 'add', inputs: { a: 1, b: 2 } };
    console.log(JSON.stringify((await orchestrator.executePlan({ tasks: [task] })).outputs));
    orchestrator.close();`;

  expect(JSON.parse(node(['--input-type=module', '--eval', program]))).toEqual({ sum: { data: 3 } });
  expect(existsSync(join(installed, manifest.exports['.'].types))).toBe(true);
});

it('brings the program that evaluates conditions', () => {
  const plan = {
    tasks: [
      { task_id: 'a', metadata: { mock: { outputs: { n: 3 } } } },
      {
        task_id: 'b',
        dependencies: [{ task_id: 'a', dependency_type: 'conditional', condition: '$sum([1, outputs.n]) = 4' }],
        metadata: { mock: { outputs: { reached: true } } },
      },
    ],
  };

  const result = JSON.parse(command('run', writePlan(project, plan), '--json')) as PlanResult;

  expect(result.outputs).toMatchObject({ b: { reached: true } });
});
