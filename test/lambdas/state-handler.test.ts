import { describe, expect, it, vi } from 'vitest';
import { stateHandler } from '../../lambdas/state-handler.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { handleFinishRun, handleRunTask } from '../../lib/runtime/handlers.ts';
import type { AgentAnswer } from '../../lib/runtime/ports/executors.ts';
import { at, createRun } from '../contract/factories.ts';
import { invoke } from './invoke.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});

/** A run of one task, which its agent answers like that. */
async function runOf(execute: () => Promise<AgentAnswer>) {
  const platform = new LocalPlatform({ agentExecutor: { execute } });
  await createRun(platform.store, 'run', 1);
  await platform.store.startRun('run', at(1));
  return platform;
}
const answered = async () => ({ response: 'hi', agent_id: 'writer' });

describe('a function that states invoke', () => {
  it('does what its name says, and answers nothing: outputs are in the store', async () => {
    const { runtime, store } = await runOf(answered);

    expect(await invoke(stateHandler(handleRunTask, runtime), { run_id: 'run', task: 0 })).toEqual({});
    expect(await invoke(stateHandler(handleFinishRun, runtime), { run_id: 'run' })).toEqual({});

    expect(await store.listTasks('run')).toMatchObject([{ status: 'completed', outputs: { response: 'hi' } }]);
    expect(await store.getRun('run')).toMatchObject({ status: 'completed' });
  });

  it('fails under the name that states match', async () => {
    const { runtime } = await runOf(() => Promise.reject(new Error('no luck')));

    await expect(invoke(stateHandler(handleRunTask, runtime), { run_id: 'run', task: 0 })).rejects.toMatchObject({ name: 'TaskFailed' });
  });

  it.each([{}, { run_id: 'run' }, { run_id: '', task: 0 }, { run_id: 'run', task: -1 }, { run_id: 'run', task: '0' }])(
    'refuses the payload %j',
    async (payload) => {
      const { runtime, store } = await runOf(answered);

      await expect(invoke(stateHandler(handleRunTask, runtime), payload)).rejects.toThrow();

      expect(await store.listTasks('run')).toEqual([]);
    },
  );
});
