import { describe, expect, it } from 'vitest';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { dispatchWithin } from '../../lib/runtime/dispatch-within.ts';
import { TaskFailedError } from '../../lib/runtime/errors.ts';

const clock = { now: () => 0, setTimer: () => ({ cancel: () => {} }) };
const record = { id: 'a', timeoutSec: 1 } as TaskRecord;

/** What becomes of an attempt whose executor throws. */
function failureOf(thrown: unknown): Promise<unknown> {
  const dispatch = async () => {
    throw thrown;
  };
  return dispatchWithin({ clock, dispatch }, record, { content: '', inputs: {}, attempt: 1, failures: 0 }).catch((error: unknown) => error);
}

describe('dispatchWithin', () => {
  it.each([
    ['an error', new Error('no luck'), 'no luck'],
    ['text', 'no luck', 'no luck'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an error whose message is no text', Object.assign(new Error(), { message: 7 }), '7'],
    ['an object without a prototype', Object.create(null), 'the executor threw something that cannot be read'],
    [
      'a proxy that lets nobody look',
      new Proxy(
        {},
        {
          getPrototypeOf() {
            throw new Error('private');
          },
        },
      ),
      'the executor threw something that cannot be read',
    ],
  ])('takes %s as the failure of the attempt', async (_, thrown, message) => {
    expect(await failureOf(thrown)).toMatchObject({ name: 'TaskFailed', code: 'E5202', message });
  });

  it('reads from the code that an agent is unavailable', async () => {
    expect(await failureOf(Object.assign(new Error('x'), { code: 'E5901' }))).toMatchObject({ name: 'AgentUnavailable', code: 'E5901' });
  });
});

describe('messages of failures', () => {
  it('are cut to what a function may answer, and are well-formed', () => {
    expect(new TaskFailedError('x'.repeat(5_000_000)).message).toBe(`${'x'.repeat(3_999)}…`);
    expect(new TaskFailedError('x'.repeat(4_000)).message).toHaveLength(4_000);
    expect(new TaskFailedError('a\ud800').message).toBe('a\ufffd');
  });
});
