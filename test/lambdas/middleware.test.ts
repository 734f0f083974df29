import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lambdaHandler } from '../../lambdas/middleware.ts';
import { logger, metrics } from '../../lambdas/powertools.ts';
import { TaskFailedError } from '../../lib/runtime/errors.ts';
import { ConsoleOutput } from './console-output.ts';
import { invoke } from './invoke.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_DEV = 'true';
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});

let output: ConsoleOutput;
beforeEach(() => {
  output = new ConsoleOutput();
});
afterEach(() => output.restore());

const failing = (error: unknown) =>
  lambdaHandler(async () => {
    throw error;
  });

it('hands over the event and gives back the answer, and writes neither of them', async () => {
  const handler = lambdaHandler(async ({ x }: { x: number }) => ({ doubled: 2 * x }));

  expect(await invoke(handler, { x: 21 })).toEqual({ doubled: 42 });

  expect(output.lines).toEqual([]);
});

describe('an error', () => {
  it('of a state leaves under its name, and is part of a run', async () => {
    const error = new TaskFailedError('a secret of the task');

    await expect(invoke(failing(error), {})).rejects.toBe(error);

    expect(output.lines).toMatchObject([{ level: 'INFO', message: 'the state fails', error_name: 'TaskFailed', error_code: 'E5202' }]);
    expect(JSON.stringify(output.lines)).not.toContain('secret');
  });

  it('of any other kind is a defect', async () => {
    const error = new TypeError('x is undefined');

    await expect(invoke(failing(error), {})).rejects.toMatchObject({ name: 'TypeError', message: 'x is undefined' });

    expect(output.lines).toMatchObject([
      { level: 'ERROR', message: 'the function fails', error: { name: 'TypeError', message: 'x is undefined' } },
    ]);
  });

  it('that is none is one in the log', async () => {
    await expect(invoke(failing('a secret'), {})).rejects.toThrow('a string was thrown');

    expect(output.lines).toMatchObject([{ level: 'ERROR', error: { name: 'Error', message: 'a string was thrown' } }]);
  });
});

describe('metrics', () => {
  const counting = (outcome: () => Promise<unknown>) =>
    lambdaHandler(async () => {
      metrics.addMetric('TasksCompleted', MetricUnit.Count, 3);
      return outcome();
    });
  const published = { TasksCompleted: 3, _aws: { CloudWatchMetrics: [{ Namespace: 'TaskOrchestrator' }] } };

  it('are published when the function is done, each once', async () => {
    const handler = counting(async () => ({}));

    await invoke(handler, {});
    await invoke(handler, {});

    expect(output.lines).toMatchObject([published, published]);
  });

  it('are published when the function fails too', async () => {
    const handler = counting(async () => {
      throw new TaskFailedError('no luck');
    });

    await expect(invoke(handler, {})).rejects.toThrow('no luck');

    expect(output.lines).toContainEqual(expect.objectContaining({ TasksCompleted: 3 }));
  });
});

it('writes the request to each line of the log, and forgets what one invocation added', async () => {
  const handler = lambdaHandler(async (keys: Record<string, string>) => {
    logger.appendKeys(keys);
    logger.info('at work');
  });

  await invoke(handler, { run_id: 'run' });
  await invoke(handler, {});

  const [first, second] = output.lines;
  expect(first).toMatchObject({ message: 'at work', function_request_id: 'request-1', run_id: 'run' });
  expect(second).toMatchObject({ message: 'at work', function_request_id: 'request-1' });
  expect(second).not.toHaveProperty('run_id');
});
