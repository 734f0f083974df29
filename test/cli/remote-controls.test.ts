import { expect, it } from 'vitest';
import { ApiClient } from '../../lib/client/api-client.ts';
import { type CliOutcome, startCli } from './command-line.ts';
import { startService } from './start-service.ts';

const PLAN = {
  plan_id: 'two',
  tasks: [
    { task_id: 'a', metadata: { mock: { duration_sec: 3600 } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
  ],
};

it('cancels, retries, pauses and waits for a run of a deployment', { timeout: 120_000 }, async () => {
  using service = await startService();
  const client = new ApiClient({ endpoint: new URL(service.url) });
  const { run_id: runId } = await client.submit({ plan: PLAN });
  const control = (...args: readonly string[]): Promise<CliOutcome> =>
    startCli([args[0]!, runId, '--endpoint', service.url, ...args.slice(1)]).outcome;
  const says = (text: string, status = 0): CliOutcome => ({ status, stdout: `run ${runId} ${text}\n`, stderr: '' });
  const refused = (why: string): CliOutcome => ({ status: 2, stdout: '', stderr: `409 Conflict: run ${runId} cannot be ${why}\n` });

  expect(await control('wait', '--timeout', '0')).toEqual(says('is executing', 4));
  expect(await control('resume')).toEqual(refused('resumed: it is executing'));
  expect(await control('pause', '--no-wait')).toEqual(says('is pausing'));
  expect(await control('cancel')).toEqual(says('is cancelled'));
  expect(await control('wait')).toEqual(says('is cancelled: E5200 the run was cancelled', 1));
  expect(await control('retry', '--max-retries', '1')).toEqual(says('is executing (execution 2)'));
  const cancelled = await control('cancel', '--json');
  expect(JSON.parse(cancelled.stdout)).toEqual({ run_id: runId, status: 'cancelled', execution: 2 });
});
