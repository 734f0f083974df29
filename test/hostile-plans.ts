import assert from 'node:assert/strict';
import fc from 'fast-check';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import { PlanningError } from '../lib/model/errors.ts';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import { SIMULATION_START } from './simulate.ts';

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

/** Tasks whose every text may be anything: code of any language in the way of a plan, and names that mean something to somebody. */
export const hostileTasks = fc.array(task, { minLength: 1, maxLength: 6 }).map((drawn) =>
  drawn.map(({ parents, ...fields }, i) => ({
    ...fields,
    dependencies: [...new Set(parents.filter((parent) => parent < i).map((parent) => drawn[parent]!.task_id))].map((task_id) => ({
      task_id,
    })),
  })),
);

export type HostileTasks = typeof hostileTasks extends fc.Arbitrary<infer T> ? T : never;

/**
 * Executes them as a plan, which is refused with problems, or comes to its end with every text as it was and nothing evaluated.
 *
 * @returns whether it was accepted
 * @throws AssertionError where it was neither
 */
export async function executeHostile(tasks: HostileTasks): Promise<boolean> {
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
    assert.equal(result.completed_tasks, tasks.length);
    for (const { task_id, inputs, llm_prompt } of given) {
      assert.equal(JSON.stringify(seen.get(task_id)), JSON.stringify(unescaped(inputs ?? {})));
      if (llm_prompt !== undefined) assert.equal(result.outputs[task_id]!.response, unescaped(llm_prompt));
    }
    return true;
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    assert.ok(Array.isArray(error.details.problems), String(error));
    return false;
  } finally {
    orchestrator.close();
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  }
}

/** What a plan says with `\{{` meaning `{{`. */
function unescaped(json: unknown): unknown {
  if (typeof json === 'string') return json.replaceAll('\\{{', '{{');
  if (Array.isArray(json)) return json.map(unescaped);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, unescaped(value)]));
}
