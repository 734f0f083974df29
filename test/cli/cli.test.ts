import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { cli, MAIN, NODE_FLAGS, scratch, writePlan } from './command-line.ts';

const GOOD = {
  plan_id: 'good',
  tasks: [
    { task_id: 'a', metadata: { mock: { outputs: { x: 1 } } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
  ],
};
const FAILING = {
  plan_id: 'bad',
  tasks: [
    { task_id: 'a', retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: -1, error: 'no luck' } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
  ],
};
const INVALID = { tasks: [{ task_id: 'a', dependencies: [{ task_id: 'nope' }] }, { task_id: 'a' }] };

describe('validate', () => {
  it('says that a plan is valid', () => {
    const folder = scratch();

    const { stdout, status } = cli(['validate', writePlan(folder, GOOD)], { cwd: folder });

    expect({ stdout, status }).toEqual({ stdout: 'valid: 2 tasks\n', status: 0 });
  });

  it('lists all problems, as lines and as JSON', () => {
    const folder = scratch();
    const path = writePlan(folder, INVALID);

    const lines = cli(['validate', path]);
    const json = cli(['validate', path, '--json']);

    expect(lines.status).toBe(2);
    expect(
      lines.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('  ').slice(0, 2)),
    ).toEqual([
      ['E5302', '$.tasks[0].dependencies[0].task_id'],
      ['E5601', '$.tasks[1].task_id'],
    ]);
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, problems: [{ code: 'E5302' }, { code: 'E5601' }] });
  });

  it('reads standard input', () => {
    expect(cli(['validate', '-'], { input: JSON.stringify(GOOD) }).status).toBe(0);
  });
});

describe('compile', () => {
  it('prints the report, and writes the definition', () => {
    const folder = scratch();
    const path = writePlan(folder, GOOD);
    const asl = join(folder, 'plan.asl.json');

    const { stdout, status } = cli(['compile', path, '--json', '--asl', asl]);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      tasks: 2,
      gated_tasks: 0,
      transitions: 3,
      machines: 1,
      width: 1,
      critical_path_sec: 600,
      timeouts_taken: 2,
      states: 4,
    });
    expect(JSON.parse(readFileSync(asl, 'utf8'))).toMatchObject({ QueryLanguage: 'JSONata', StartAt: 'a' });
    expect(cli(['compile', path]).stdout).toContain('3 transitions');
    expect(cli(['compile', path]).stdout).toMatch(
      / at most 600\.0 s, within the limits at most 600\.0 s \(from timeouts: 2 without estimated_duration_sec\)\n/,
    );
    const estimated = { tasks: GOOD.tasks.map((task) => ({ ...task, metadata: { estimated_duration_sec: 2 } })) };
    expect(cli(['compile', writePlan(folder, estimated)]).stdout).toMatch(/critical path {2}4\.00 s, within the limits 4\.00 s\n/);
  });
});

describe('run', () => {
  it('prints one JSON object and writes the events', () => {
    const folder = scratch();
    const events = join(folder, 'events.jsonl');

    const { stdout, status } = cli(['run', writePlan(folder, GOOD), '--json', '--data-dir', join(folder, 'data'), '--events', events]);

    expect(status).toBe(0);
    const result = JSON.parse(stdout) as { run_id: string };
    expect(result).toMatchObject({ plan_id: 'good', status: 'completed', completed_tasks: 2, failed_tasks: 0, outputs: { a: { x: 1 } } });
    const lines = readFileSync(events, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ seq, type, task_id, attempt }) => [seq, type, task_id, attempt])).toEqual([
      [1, 'run.queued', undefined, undefined],
      [2, 'run.executing', undefined, undefined],
      [3, 'task.executing', 'a', 1],
      [4, 'task.completed', 'a', 1],
      [5, 'task.executing', 'b', 1],
      [6, 'task.completed', 'b', 1],
      [7, 'run.completed', undefined, undefined],
    ]);
    for (const line of lines) expect(line).toMatchObject({ run_id: result.run_id, at: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('ends with 1 when tasks failed, and says which', () => {
    const folder = scratch();
    const path = writePlan(folder, FAILING);

    const json = cli(['run', path, '--json', '--simulate']);
    const text = cli(['run', path, '--simulate']);

    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: 'E5204', details: { failed_tasks: 1, blocked_tasks: 1, errors: [{ task_id: 'a', message: 'no luck' }] } },
    });
    expect(text.status).toBe(1);
    expect(text.stderr).toContain('no luck');
    expect(text.stderr).not.toContain('retry');
  });

  it('says of what has failed without an attempt that it had none', () => {
    const tasks = [
      { task_id: 'a', metadata: { mock: { outputs: {} } } },
      { task_id: 'b', inputs: { x: '{{a.nothing}}' } },
    ];

    const { stderr } = cli(['run', writePlan(scratch(), { tasks }), '--simulate']);

    expect(stderr).toContain('  b  before its first attempt  E5402 ');
  });

  it('says how a run that failed is retried, and where it is kept', () => {
    const folder = scratch();

    const { stderr } = cli(['run', writePlan(folder, FAILING), '--data-dir', 'data'], { cwd: folder });

    const retry = /\nkept in data\nwhat has not completed runs again with: npm run -s cli -- retry (\S+) --data-dir data\n$/;
    const [, runId] = retry.exec(stderr)!;
    expect(cli(['status', runId!, '--data-dir', 'data'], { cwd: folder }).stdout).toContain('failed');
  });

  it('ends with 1 when the run went over its budget, and says so', () => {
    const folder = scratch();
    const plan = { tasks: [{ task_id: 'a', metadata: { mock: { duration_sec: 9 } } }], resource_budget: { max_execution_time_sec: 1 } };

    const { status, stderr, stdout } = cli(['run', writePlan(folder, plan), '--simulate']);

    expect(status).toBe(1);
    expect(stdout).toMatch(/cancelled +a +E5203/);
    expect(stderr).toContain('E5203 the run is over its max_execution_time_sec of 1 s: 1 of 1 tasks cancelled');
  });

  it('shows progress, outputs and statistics as plain lines', () => {
    const folder = scratch();

    const { stdout } = cli(['run', writePlan(folder, GOOD)], { cwd: folder });

    for (const part of [
      'completed  a',
      'completed  b',
      'Outputs',
      '{"x":1}',
      'Statistics of all runs in .task-orchestrator\n',
      'success rate',
    ])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/\nkept in \.task-orchestrator\n$/);
    expect(existsSync(join(folder, '.task-orchestrator'))).toBe(true);
  });

  it('notes what the plan says that has no effect', () => {
    const plan = { ...GOOD, resource_budget: { max_disk_mb: 1 } };

    const { status, stderr } = cli(['run', writePlan(scratch(), plan), '--simulate']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: 'note: resource_budget: max_disk_mb is not held to: nothing measures it\n' });
  });

  it('leaves nothing behind when it simulates', () => {
    const folder = scratch();

    cli(['run', writePlan(folder, GOOD), '--simulate'], { cwd: folder });

    expect(readdirSync(folder)).toEqual(['plan.json']);
  });

  it('reads the context from a file and keeps to --max-parallel', () => {
    const folder = scratch();
    const tasks = [0, 1, 2].map((i) => ({
      task_id: `t${i}`,
      inputs: { who: '{{context.user}}' },
      metadata: { mock: { duration_sec: 10 } },
    }));
    const context = writePlan(folder, { user: 'Ada' }, 'context.json');
    const events = join(folder, 'events.jsonl');

    const { status } = cli([
      'run',
      writePlan(folder, { tasks }),
      '--simulate',
      '--context',
      context,
      '--max-parallel',
      '1',
      '--events',
      events,
    ]);

    expect(status).toBe(0);
    const types = readFileSync(events, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.slice(2, -1)).toEqual(Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? 'task.executing' : 'task.completed')));
  });
});

describe('status', () => {
  it('lists runs and shows one', () => {
    const folder = scratch();
    const { run_id } = JSON.parse(cli(['run', writePlan(folder, GOOD), '--json'], { cwd: folder }).stdout) as { run_id: string };

    const list = JSON.parse(cli(['status', '--json'], { cwd: folder }).stdout);
    const one = JSON.parse(cli(['status', run_id, '--json'], { cwd: folder }).stdout);

    expect(list).toMatchObject({ runs: [{ run_id, plan_id: 'good', status: 'completed' }] });
    expect(one).toMatchObject({
      run_id,
      status: 'completed',
      tasks: [
        { task_id: 'a', status: 'completed', outputs: { x: 1 } },
        { task_id: 'b', status: 'completed' },
      ],
    });
    expect(cli(['status'], { cwd: folder }).stdout).toContain(run_id);
    expect(cli(['status', run_id], { cwd: folder }).stdout).toContain('completed  a');
  });

  it('says with how many tolerated failures a run has completed, as `run` and `wait` do', () => {
    const folder = scratch();
    const foreach = [{ url: 'a' }, {}, { url: 'c' }, {}];
    const plan = { plan_id: 'p', tasks: [{ task_id: 'each', foreach, tolerated_failures: '50%', inputs: { u: '{{item.url}}' } }] };

    const run = cli(['run', writePlan(folder, plan)], { cwd: folder }).stdout;
    const { runs } = JSON.parse(cli(['status', '--json'], { cwd: folder }).stdout) as { runs: { run_id: string; totals: object }[] };
    const { run_id, totals } = runs[0]!;

    const counts = '4 tasks completed, 2 failed (tolerated)';
    expect(run).toContain(`Run ${run_id}: completed, ${counts}\n`);
    expect(cli(['wait', run_id], { cwd: folder }).stdout).toBe(`run ${run_id} is completed: ${counts}\n`);
    expect(cli(['status', run_id], { cwd: folder }).stdout).toContain(`  tasks    ${counts}\n`);
    expect(cli(['status'], { cwd: folder }).stdout).toContain('p (6 tasks, 2 failed (tolerated))\n');
    expect(totals).toMatchObject({ failed: 2, tolerated: 2 });
  });

  it('knows when there is nothing', () => {
    const folder = scratch();
    cli(['run', writePlan(folder, GOOD)], { cwd: folder });

    expect(cli(['status', 'nope'], { cwd: folder })).toMatchObject({ status: 2, stderr: 'there is no run nope\n' });
    expect(cli(['status', '--data-dir', join(folder, 'other')])).toMatchObject({ status: 2 });
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });
});

/** One clear line each, exit 2, no stack trace, nothing written. */
describe('bad input', () => {
  const refused = (args: string[], folder: string) => {
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = cli(args, { cwd: folder });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(folder).sort()).toEqual(before);
    return stderr;
  };

  it.each([
    ['not JSON', '{"tasks": [}', /not JSON/],
    ['empty', '', /empty/],
    ['not a plan', '[1, 2]', /a plan is/i],
    ['a plan without tasks', '{"tasks": []}', /tasks/],
    ['nested deeply', `{"tasks": [{"task_id": "a", "inputs": {"x": ${'['.repeat(200_000)}${']'.repeat(200_000)}}}]}`, /nested|deep/],
  ])('refuses a file that is %s', (_, text, message) => {
    const folder = scratch();

    expect(refused(['run', writePlan(folder, text)], folder)).toMatch(message);
  });

  it('refuses a file of 100 MB without reading it', () => {
    const folder = scratch();
    const path = writePlan(folder, '');
    truncateSync(path, 100_000_000);

    expect(refused(['run', path], folder)).toMatch(/100 MB/);
  });

  it.runIf(existsSync('/dev/zero'))('refuses a device that never ends', () => {
    expect(refused(['run', '/dev/zero'], scratch())).toMatch(/64 MB/);
  });

  it('refuses a key that is there twice', () => {
    const folder = scratch();

    expect(refused(['run', writePlan(folder, '{"tasks": [{"task_id": "a", "task_id": "b"}]}')], folder)).toMatch(
      /\$\.tasks\[0\]\.task_id.*more than once/,
    );
  });

  it('says where a value is that is not JSON', () => {
    const folder = scratch();

    expect(refused(['run', writePlan(folder, '{"tasks": [{"task_id": "a", "inputs": {"x": 1e999}}]}')], folder)).toMatch(
      /\$\.tasks\[0\]\.inputs\.x.*Infinity/,
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    const folder = scratch();
    const path = join(folder, 'plan.json');
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe]));

    expect(refused(['run', path], folder)).toMatch(/UTF-8/);
  });

  it.each([
    ['an unknown flag', ['run', 'plan.json', '--nope'], /--nope/],
    ['an unknown command', ['walk'], /walk/],
    ['a missing argument', ['run'], /plan/],
    ['a file that is not there', ['run', 'other.json'], /other\.json/],
    ['a limit that is no number', ['run', 'plan.json', '--max-parallel', 'x'], /whole number/],
    ['a limit of zero', ['run', 'plan.json', '--max-parallel', '0'], /whole number/],
    ['a data directory that cannot be made', ['run', 'plan.json', '--data-dir', 'plan.json/data'], /plan\.json/],
    ['an events file that cannot be made', ['run', 'plan.json', '--events', 'nowhere/events.jsonl'], /nowhere/],
    ['a context that is not there', ['run', 'plan.json', '--context', 'nowhere.json'], /nowhere/],
    ['a context that is no object', ['run', 'plan.json', '--context', 'list.json'], /object/],
    ['a context that is neither JSON nor a file', ['run', 'plan.json', '--context', '{"url": '], /JSON object: /],
    ['a context that is nested deeply', ['run', 'plan.json', '--context', 'deep.json'], /nested/],
    ['a data directory where there cannot be one', ['run', 'plan.json', '--data-dir', '/proc/nope/data'], /nope/],
    ['an events file that is a folder', ['run', 'plan.json', '--data-dir', 'data', '--events', '.'], /cannot write/],
    ['to write events over the plan', ['run', 'plan.json', '--data-dir', 'data', '--events', './plan.json'], /over/],
  ])('refuses %s', (_, args, message) => {
    const folder = scratch();
    writePlan(folder, GOOD);
    writePlan(folder, [1], 'list.json');
    writePlan(folder, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'deep.json');

    expect(refused(args, folder)).toMatch(message);
  });

  it.each([
    [['run', 'plan.json', '--nope'], 'E5200', /--nope/],
    [['run', 'other.json'], 'E5200', /other\.json/],
    [['run', 'plan.json', '--data-dir', 'plan.json'], 'E5800', /store/],
    [['status', '--data-dir', 'nowhere'], 'E5200', /no runs/],
  ])('%j with --json prints one object', (args, code, message) => {
    const folder = scratch();
    writePlan(folder, GOOD);

    const { status, stdout, stderr } = cli([...args, '--json'], { cwd: folder });

    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ error: { code, message: expect.stringMatching(message), details: {} } });
  });

  it('refuses a store that is damaged inside', () => {
    const folder = scratch();
    writePlan(folder, GOOD);
    cli(['run', 'plan.json', '--data-dir', '.'], { cwd: folder });
    const path = join(folder, 'task-orchestrator.db');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 4096));

    expect(refused(['status', '--data-dir', '.'], folder)).toMatch(/malformed/);
    expect(cli(['run', 'plan.json', '--data-dir', '.'], { cwd: folder })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/malformed/),
    });
  });

  it('refuses the database of another program, and leaves it as it was', () => {
    const folder = scratch();
    writePlan(folder, GOOD);
    const database = new DatabaseSync(join(folder, 'task-orchestrator.db'));
    database.exec('CREATE TABLE notes (text)');
    database.close();

    expect(refused(['run', 'plan.json', '--data-dir', '.'], folder)).toMatch(/another program/);
    expect(refused(['status', '--data-dir', '.'], folder)).toMatch(/another program/);
  });

  it('refuses a store that is not a database', () => {
    const folder = scratch();
    writePlan(folder, GOOD);
    writeFileSync(join(folder, 'task-orchestrator.db'), 'not a database, but long enough to have a header of its own '.repeat(20));

    expect(refused(['run', 'plan.json', '--data-dir', '.'], folder)).toMatch(/not a database/);
  });
});

describe('hostile names', () => {
  it('cannot reach the terminal as control sequences', () => {
    const folder = scratch();
    const plan = {
      tasks: [
        {
          task_id: 'a',
          name: 'evil\u001b[2J\u0007name\r\n',
          metadata: { mock: { fail_times: -1, error: '\u001b]0;x\u0007' } },
          retry_policy: { max_retries: 0 },
        },
      ],
    };

    const { stdout, stderr } = cli(['run', writePlan(folder, plan), '--simulate']);

    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout + stderr).not.toMatch(/\u001b\[2J|\u0007|\r/);
  });
});

describe('a reader that goes away', () => {
  it('does not stop the run', () => {
    const folder = scratch();
    writePlan(folder, GOOD);
    const command = [process.execPath, ...NODE_FLAGS, MAIN, 'run', 'plan.json', '--data-dir', 'data'].map((part) => `'${part}'`).join(' ');

    const { stderr } = spawnSync('sh', ['-c', `${command} | true`], { cwd: folder, encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(JSON.parse(cli(['status', '--data-dir', 'data', '--json'], { cwd: folder }).stdout)).toMatchObject({
      runs: [{ status: 'completed' }],
    });
  });
});

it('names its version', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };

  expect(cli(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
});

it('status says that there are no runs, where nothing else is kept and where something is', () => {
  const cwd = scratch();

  expect(cli(['status'], { cwd })).toMatchObject({ status: 2, stderr: 'there are no runs in .task-orchestrator\n' });
  cli(['pools', 'gpu', '1'], { cwd });
  expect(cli(['status'], { cwd })).toMatchObject({ status: 0, stdout: 'there are no runs in .task-orchestrator\n' });
});
