import { describe, expect, it } from 'vitest';
import { TaskOrchestrator } from '../../lib/orchestrator.ts';

class StrictTask {
  task_id = 'a';
  get status(): string {
    return 'pending';
  }
}

describe('a plan that cannot be changed', () => {
  it.each([
    ['frozen', Object.freeze({ tasks: Object.freeze([Object.freeze({ task_id: 'a' })]) })],
    ['sealed', Object.seal({ tasks: [Object.seal({ task_id: 'a' })] })],
    ['not extensible', Object.preventExtensions({ tasks: [Object.preventExtensions({ task_id: 'a' })] })],
    ['of a class with a getter', { tasks: [new StrictTask()] }],
  ])('because it is %s is executed all the same', async (_, plan) => {
    const result = await new TaskOrchestrator().executePlan(plan);

    expect(result.completed_tasks).toBe(1);
  });

  it('gets the fields that it has and takes', async () => {
    const task = Object.seal({ task_id: 'a', status: 'pending' });

    await new TaskOrchestrator().executePlan({ tasks: [task] });

    expect(task.status).toBe('completed');
  });
});
