import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import { PlanningError } from '../lib/model/errors.ts';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import { SIMULATION_START } from './simulate.ts';

/** More with HOSTILE_PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.HOSTILE_PLANS ?? 2000);

const NASTY = [
  '{% $x %}',
  '{% $states.input %}',
  '{%',
  '%}',
  '{% $eval("1") %}',
  '$.a',
  '__proto__',
  'constructor',
  'toString',
  '"',
  "'; DROP TABLE runs; --",
  '\\',
  'a\nb\r\n',
  '\u0000',
  '\ud83d',
  '🚀👩‍🚀',
  'x'.repeat(300),
  ' ',
  '..',
  'States.ALL',
  'finish run',
  'stop 1',
  '\\{{a}}',
];
const text = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map((pair) => pair.join('')),
);
const value = fc.jsonValue({ maxDepth: 3 }).chain((json) => fc.oneof(fc.constant(json), text, fc.dictionary(text, text, { maxKeys: 3 })));
const task = fc.record(
  {
    task_id: text,
    name: text,
    description: text,
    llm_prompt: text,
    inputs: fc.dictionary(text, value, { maxKeys: 3 }),
    parents: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
  },
  { requiredKeys: ['task_id', 'parents'] },
);

/** What a plan says with `\{{` meaning `{{`. */
function unescaped(json: unknown): unknown {
  if (typeof json === 'string') return json.replaceAll('\\{{', '{{');
  if (Array.isArray(json)) return json.map(unescaped);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, unescaped(value)]));
}

describe('hostile plans', () => {
  it('are refused with problems or run to their end with every text as it was, and nothing evaluated', { timeout: 300_000 }, async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(task, { minLength: 1, maxLength: 6 }), async (drawn) => {
        const tasks = drawn.map(({ parents, ...fields }, i) => ({
          ...fields,
          dependencies: [...new Set(parents.filter((parent) => parent < i).map((parent) => drawn[parent]!.task_id))].map((task_id) => ({
            task_id,
          })),
        }));
        const seen = new Map<string, unknown>();
        const orchestrator = new TaskOrchestrator({
          clock: new VirtualClock(SIMULATION_START),
          agentExecutor: {
            execute: async (_agent, input) => {
              seen.set(input.task_id, input.inputs);
              return { response: input.content, agent_id: 'x' };
            },
          },
        });
        const given = structuredClone(tasks);
        try {
          const result = await orchestrator.executePlan({ tasks });
          accepted++;
          expect(result.completed_tasks).toBe(tasks.length);
          for (const { task_id, inputs, llm_prompt } of given) {
            expect(JSON.stringify(seen.get(task_id))).toBe(JSON.stringify(unescaped(inputs ?? {})));
            if (llm_prompt !== undefined) expect(result.outputs[task_id]).toMatchObject({ response: unescaped(llm_prompt) });
          }
        } catch (error) {
          if (!(error instanceof PlanningError)) throw error;
          expect(error.details.problems, String(error)).toBeInstanceOf(Array);
        } finally {
          orchestrator.close();
        }
      }),
      { numRuns },
    );
    expect(accepted).toBeGreaterThan(numRuns / 4);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
