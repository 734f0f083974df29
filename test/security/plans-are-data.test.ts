import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpAgents, httpTools } from '../../lib/executors/http.ts';
import { isJsonObject, type JsonValue } from '../../lib/model/json.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { Endpoint } from '../executors/endpoint.ts';

const HOSTILE = [
  '{% $states.input %}',
  '{% $eval("1") %}',
  '%}{% $x %}',
  "States.Format('{}', $.x)",
  '$.x',
  '$$.Execution.Input',
  'arn:aws:lambda:us-east-1:123456789012:function:other',
  '__proto__',
  'constructor',
];
const S3CRET = 's3cret';

/** Tasks in a row, beside each other, behind conditions and rules, and in a Map; `name` says what each is called. */
function planOf(name: (ordinal: number) => string) {
  const fan = Array.from({ length: 30 }, (_, i) => ({ task_id: `fan ${i}`, name: name(i), dependencies: [{ task_id: 'first' }] }));
  return {
    resource_budget: { max_parallel_tasks: 5 },
    tasks: [
      {
        task_id: 'first',
        name: name(0),
        llm_prompt: `${S3CRET} {{context.x}}`,
        inputs: { x: S3CRET },
        metadata: { x: S3CRET, mock: { outputs: { x: S3CRET } } },
      },
      ...fan,
      { task_id: 'tool', name: name(1), task_type: 'tool_call', tool_name: `${S3CRET}-tool`, dependencies: [{ task_id: 'fan 3' }] },
      {
        task_id: 'if',
        name: name(2),
        assigned_agent: `${S3CRET}-agent`,
        description: S3CRET,
        dependencies: [{ task_id: 'fan 1', dependency_type: 'conditional', condition: `outputs.x = "${S3CRET}"` }, { task_id: 'fan 2' }],
      },
      { task_id: 'last', name: name(3), trigger_rule: 'all_done', dependencies: [{ task_id: 'if' }, { task_id: 'tool' }] },
    ],
  };
}

const machinesOf = (name: (ordinal: number) => string): string[] =>
  preparePlan(planOf(name), {}).compilation.machines.map(({ definition }) => definition);

/** All expressions of a definition. The fields that name a state are not evaluated. */
function expressionsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return value.includes('{%') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => (['Next', 'StartAt', 'Default'].includes(key) ? [] : expressionsIn(each)));
}

const expressionsOf = (definitions: readonly string[]): string[] =>
  definitions.flatMap((definition) => expressionsIn(JSON.parse(definition) as JsonValue)).sort();

describe('the definition that a plan is compiled to', () => {
  const plain = machinesOf((ordinal) => `task ${ordinal}`);

  it.each(HOSTILE)('has the same expressions whatever tasks are called: %s', (text) => {
    expect(expressionsOf(machinesOf((ordinal) => `${text}${ordinal}`))).toEqual(expressionsOf(plain));
    expect(expressionsOf(plain).length).toBeGreaterThan(5);
  });

  it('has nothing of a plan but the names of its tasks', () => {
    expect(plain.join('\n')).toContain('task 0');
    expect(plain.join('\n')).not.toContain(S3CRET);
  });
});

describe('an endpoint that carries out tasks', () => {
  let endpoint: Endpoint;
  beforeAll(async () => {
    endpoint = await Endpoint.open();
  });
  afterAll(() => endpoint.close());

  it.each(['http://169.254.169.254/latest/meta-data', '../../admin', '//evil.example/', 'a\r\nx-injected: 1', '?a=b#c'])(
    'is called at its own address, whatever a plan calls agents and tools: %s',
    async (name) => {
      const target = { url: endpoint.url('/run').href, headers: async () => ({ 'x-key': 'k' }) };
      const inputs = { url: name, headers: { 'x-key': name }, method: 'DELETE', path: name };
      const { signal } = new AbortController();
      endpoint.answers({ body: '{"success": true, "response": "x"}' });

      await httpTools(target).execute(name, inputs, signal);
      const input = { content: '', task_id: name, task_name: name, task_type: 'atomic', inputs, timeout: 1 } as const;
      await httpAgents(target).execute(name, input, signal);

      for (const { method, url, headers } of endpoint.requests.splice(0)) {
        expect({ method, url, key: headers['x-key'] }).toEqual({ method: 'POST', url: '/run', key: 'k' });
        expect(headers).not.toHaveProperty('x-injected');
      }
    },
  );
});
