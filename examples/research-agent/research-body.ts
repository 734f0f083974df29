import { expect } from 'vitest';
import { expectInOrder, mostAtOnce, statusesOf } from '../check-order.ts';
import { planOf, withMock } from '../plan-of.ts';
import type { RunPlan } from '../run-plan.ts';

const plan = () => planOf('research-agent');
const source = (n: number, ...ends: readonly string[]) =>
  Object.fromEntries([`sources/${n}`, `sources/${n}/read`, `sources/${n}/note`].map((id, i) => [id, ends[i]]));
const READ = ['completed', 'completed', 'completed'];
/** The hit without an address. */
const GONE = ['failed', 'failed', 'blocked'];

/** What holds of the research agent wherever it runs with the mock. */
export const RESEARCH_CASES: Readonly<Record<string, (run: RunPlan) => Promise<void>>> = {
  'publishes what it has found, reviewed as it is not sure, without the source that was gone': async (run) => {
    const result = await run(plan());

    expect(result.status).toBe('completed');
    expect(statusesOf(result)).toEqual({
      plan: 'completed',
      search: 'completed',
      sources: 'completed',
      ...source(0, ...READ),
      ...source(1, ...READ),
      ...source(2, ...READ),
      ...source(3, ...GONE),
      summarise: 'completed',
      review: 'completed',
      publish: 'completed',
      'clean-up': 'completed',
      alert: 'skipped',
    });
    const quotes = ['The moon raises two bulges of water.'];
    expect(result.outputs.sources).toEqual({
      results: [{ url: 'moon.txt', quotes }, { url: 'rotation.txt', quotes }, { url: 'sun.txt', quotes }, null],
      count: 4,
      failed: 1,
    });
    for (const n of [0, 1, 2]) expectInOrder(result, 'plan', 'search', `sources/${n}/read`, `sources/${n}/note`, 'sources', 'summarise');
    expectInOrder(result, 'summarise', 'review', 'publish', 'clean-up');
    expect(mostAtOnce(result, /^sources\/\d+\/(read|note)$/)).toBeLessThanOrEqual(3);
  },

  'publishes without a review where it is sure': async (run) => {
    const outputs = { response: { text: 'It is the moon.', confidence: 0.9 }, tokens_used: 900 };
    const result = await run(withMock(plan(), 'summarise', { outputs }));

    expect(result.status).toBe('completed');
    expect(statusesOf(result)).toMatchObject({ review: 'skipped', publish: 'completed', 'clean-up': 'completed', alert: 'skipped' });
    expectInOrder(result, 'summarise', 'publish', 'clean-up');
  },

  'alerts and cleans up where too many sources are gone': async (run) => {
    const result = await run(withMock(plan(), 'sources/read', { fail_times: -1 }));

    expect(result.status).toBe('failed');
    expect(statusesOf(result)).toMatchObject({
      ...source(0, ...GONE),
      sources: 'failed',
      summarise: 'blocked',
      review: 'blocked',
      publish: 'blocked',
      'clean-up': 'completed',
      alert: 'completed',
    });
    expect(result.tasks['sources/0/read']!.attempt).toBe(2);
    expect(result.tasks['sources/3/read']!.attempt).toBe(0);
    expect(Object.keys(result.outputs)).not.toContain('publish');
  },
};
