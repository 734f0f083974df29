import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';

const parse = (input: unknown) => parsePlan(input, { makeId: () => 'made' });
/** Code and path of every problem. */
const problemsOf = (input: unknown) => {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.problems.map(({ code, path }) => `${code} ${path}`);
};
const plan = (...tasks: object[]) => ({ tasks });
const task = (fields: object = {}) => ({ task_id: 'a', ...fields });

describe('a valid plan', () => {
  it('needs task ids only: everything else has a default', () => {
    expect(parse(plan(task()))).toEqual({
      ok: true,
      warnings: [],
      bindings: [[]],
      plan: {
        plan_id: 'made',
        goal_id: null,
        resource_budget: null,
        metadata: {},
        signature: null,
        pools: {},
        on_failure: 'continue',
        tasks: [
          {
            task_id: 'a',
            name: 'a',
            description: '',
            task_type: 'atomic',
            dependencies: [],
            inputs: {},
            assigned_agent: null,
            timeout_seconds: 300,
            retry_policy: {
              max_retries: 3,
              initial_delay_sec: 1,
              backoff_multiplier: 2,
              max_delay_sec: 60,
              retry_on_timeout: true,
              retry_on_agent_unavailable: true,
              jitter: 'none',
            },
            metadata: {},
            tool_name: null,
            llm_prompt: null,
            priority: 0,
            pool: null,
            resources: null,
            trigger_rule: 'all_success',
          },
        ],
      },
    });
  });

  it('may be what the Platform writes: nulls, Python timestamps, run state, a dependency graph', () => {
    const written = {
      plan_id: '7b1f',
      goal_id: 'goal-demo',
      tasks: [
        {
          ...{
            task_id: 'a',
            plan_id: '7b1f',
            name: 'Initialize',
            description: 'x',
            task_type: 'atomic',
            status: 'completed',
            dependencies: [],
          },
          ...{
            inputs: {},
            outputs: { old: 1 },
            assigned_agent: null,
            timeout_seconds: 30,
            created_at: '2026-01-24T10:11:12.123456',
            started_at: null,
          },
          ...{
            retry_policy: {
              max_retries: 3,
              initial_delay_sec: 1.0,
              backoff_multiplier: 2.0,
              max_delay_sec: 60.0,
              retry_on_timeout: true,
              retry_on_agent_unavailable: true,
            },
          },
          ...{ completed_at: null, error: null, metadata: {}, tool_name: null, llm_prompt: null, retry_count: 2 },
        },
        {
          ...{
            task_id: 'b',
            name: 'Fetch',
            task_type: 'tool_call',
            tool_name: 'fetch',
            retry_policy: null,
            inputs: null,
            metadata: null,
            created_at: '2026-01-24 10:11:12+00:00',
          },
          dependencies: [{ task_id: 'a', dependency_type: 'data', condition: null, output_key: 'x' }],
        },
      ],
      dependency_graph: { a: [], b: ['a'] },
      status: 'validated',
      resource_budget: { max_disk_mb: 4.0, max_memory_mb: null, max_parallel_tasks: 7 },
      ...{
        created_at: '2026-01-24T10:11:12',
        validated_at: null,
        execution_started_at: null,
        execution_completed_at: null,
        signature: 'sig',
      },
      metadata: { decomposition_strategy: 'llm', tags: ['x'] },
      ...{ error: null, completed_task_count: 1, failed_task_count: 0 },
    };

    const parsed = parse(written);

    expect(parsed).toMatchObject({
      ok: true,
      warnings: ['resource_budget: max_disk_mb is not held to: nothing measures it'],
      plan: { plan_id: '7b1f', signature: 'sig', resource_budget: { max_parallel_tasks: 7 }, metadata: { tags: ['x'] } },
    });
  });

  it('is warned of an output_key that sets no input', () => {
    const dependsOn = (fields: object) => [{ task_id: 'a', output_key: 'x', ...fields }];
    const tasks = [
      { task_id: 'a' },
      { task_id: 'b', dependencies: dependsOn({ dependency_type: 'data' }) },
      { task_id: 'c', dependencies: dependsOn({}) },
      { task_id: 'd', dependencies: dependsOn({ dependency_type: 'blocking' }) },
    ];

    expect(parse({ tasks })).toMatchObject({
      warnings: ['$.tasks[2].dependencies[0].output_key and 1 more: no input is set, since the dependency_type is not "data"'],
    });
  });

  it('may be built from classes and dates, and carry the outputs of an earlier run', () => {
    class Task {
      task_id = 'a';
      created_at = new Date(0);
      outputs = { old: 'x'.repeat(300_000) };
    }

    expect(parse({ tasks: [new Task()] }).ok).toBe(true);
  });

  it('takes any metadata, and inputs as they are', () => {
    const inputs = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "a b": [null]}') as object;

    const parsed = parse(plan(task({ inputs, metadata: { anything: { goes: true } } })));

    expect(parsed.ok && JSON.stringify(parsed.plan.tasks[0]?.inputs)).toBe(JSON.stringify(inputs));
  });
});

describe('problems', () => {
  it.each<[string, unknown, string[]]>([
    ['no plan', null, ['E5600 $']],
    ['a list', [], ['E5600 $']],
    ['no tasks', {}, ['E5600 $.tasks']],
    ['an empty list of tasks', { tasks: [] }, ['E5600 $.tasks']],
    ['a task that is no object', plan(task(), 'b' as never), ['E5600 $.tasks[1]']],
    ['a task without an id', plan({}), ['E5600 $.tasks[0].task_id']],
    ['an empty id', plan({ task_id: '' }), ['E5600 $.tasks[0].task_id']],
    ['an unknown field', { ...plan(task({ nme: 1 })), gaol_id: '' }, ['E5602 $.gaol_id', 'E5602 $.tasks[0].nme']],
    [
      'an unknown field of a dependency',
      plan(task(), { task_id: 'b', dependencies: [{ task_id: 'a', kind: 1 }] }),
      ['E5602 $.tasks[1].dependencies[0].kind'],
    ],
    ['a duplicate id', plan(task(), task()), ['E5601 $.tasks[1].task_id']],
    ['an unknown dependency', plan(task({ dependencies: [{ task_id: 'b' }] })), ['E5302 $.tasks[0].dependencies[0].task_id']],
    ['a dependency on itself', plan(task({ dependencies: [{ task_id: 'a' }] })), ['E5301 $.tasks[0].dependencies']],
    ['a dependency that is only an id', plan(task(), { task_id: 'b', dependencies: ['a'] }), ['E5600 $.tasks[1].dependencies[0]']],
    [
      'a cycle through a binding',
      plan(task({ inputs: { x: '{{b.y}}' } }), { task_id: 'b', dependencies: [{ task_id: 'a' }] }),
      ['E5301 $.tasks[0].dependencies'],
    ],
    [
      'a graph that says otherwise',
      { ...plan(task(), { task_id: 'b', dependencies: [{ task_id: 'a' }] }), dependency_graph: { a: ['b'], b: [] } },
      ['E5304 $.dependency_graph.a', 'E5304 $.dependency_graph.b'],
    ],
    [
      'two dependencies that set one input',
      plan(
        task(),
        { task_id: 'b' },
        { task_id: 'c', dependencies: ['a', 'b'].map((task_id) => ({ task_id, dependency_type: 'data', output_key: 'x' })) },
      ),
      ['E5304 $.tasks[2].dependencies[1].output_key'],
    ],
    ['an id with half a character', plan({ task_id: '\ud800' }), ['E5600 $.tasks[0].task_id']],
    ['a graph of unknown tasks', { ...plan(task()), dependency_graph: { z: [] } }, ['E5304 $.dependency_graph.z']],
    [
      'a bad retry policy',
      plan(task({ retry_policy: { max_retries: -1, backoff_multiplier: 0.5, max_delay_sec: 0 } })),
      [
        'E5704 $.tasks[0].retry_policy.max_retries',
        'E5704 $.tasks[0].retry_policy.backoff_multiplier',
        'E5704 $.tasks[0].retry_policy.max_delay_sec',
      ],
    ],
    ['a timeout of zero', plan(task({ timeout_seconds: 0 })), ['E5600 $.tasks[0].timeout_seconds']],
    ['a limit of zero', { ...plan(task()), resource_budget: { max_parallel_tasks: 0 } }, ['E5600 $.resource_budget.max_parallel_tasks']],
    ['a tool call without a tool', plan(task({ task_type: 'tool_call' })), ['E5606 $.tasks[0].tool_name']],
    ['an unknown task type', plan(task({ task_type: 'magic' })), ['E5600 $.tasks[0].task_type']],
    ['a timestamp of another kind', plan(task({ created_at: 'yesterday' })), ['E5600 $.tasks[0].created_at']],
    ['a binding to nothing', plan(task({ inputs: { q: ['{{b.x}}'] } })), ['E5402 $.tasks[0].inputs.q[0]']],
    ['a binding that is not closed', plan(task({ llm_prompt: 'a {{b' })), ['E5402 $.tasks[0].llm_prompt']],
    ['a task too large', plan(task({ inputs: { x: 'y'.repeat(300_000) } })), ['E5604 $.tasks[0]']],
    ['an id too long', plan({ task_id: 'x'.repeat(257) }), ['E5600 $.tasks[0].task_id']],
  ])('names %s', (_, input, expected) => {
    expect(problemsOf(input)).toEqual(expected);
  });

  it.each<[object, object, string[]]>([
    [{ pool: 'gpu' }, {}, ['E5502 $.tasks[0].pool']],
    [{ pool: 'gpus' }, { gpu: 1 }, ['E5502 $.tasks[0].pool']],
    [{ pool: 'constructor' }, {}, ['E5502 $.tasks[0].pool']],
    [{ pool: 7 }, {}, ['E5600 $.tasks[0].pool']],
    [{ pool: 'a/b' }, { gpu: 1 }, ['E5502 $.tasks[0].pool', 'E5600 $.tasks[0].pool']],
    [{}, { gpu: 0 }, ['E5600 $.pools.gpu']],
    [{}, { gpu: -1, cpu: 1.5, net: '3' }, ['E5600 $.pools.cpu', 'E5600 $.pools.gpu', 'E5600 $.pools.net']],
    [{}, { 'a b': 1 }, ['E5600 $.pools["a b"]']],
    [{ priority: 1001 }, {}, ['E5600 $.tasks[0].priority']],
    [{ priority: -1001 }, {}, ['E5600 $.tasks[0].priority']],
    [{ priority: 0.5 }, {}, ['E5600 $.tasks[0].priority']],
  ])('checks pools and priorities: %j with the pools %j', (fields, pools, expected) => {
    expect(problemsOf({ ...plan(task(fields)), pools }).sort()).toEqual(expected);
  });

  it('takes pools and priorities', () => {
    const parsed = parse({ ...plan(task({ pool: 'gpu', priority: -5 })), pools: { gpu: 2, 'v1.2_x-y': 1 } });

    expect(parsed).toMatchObject({ ok: true, plan: { pools: { gpu: 2, 'v1.2_x-y': 1 }, tasks: [{ pool: 'gpu', priority: -5 }] } });
  });

  it('are all reported at once, in the order of the plan, whatever else is wrong', () => {
    // b -> c -> b, d -> d; e is wrong in itself
    const input = plan(
      { task_id: 'b', dependencies: [{ task_id: 'c' }], timeout_seconds: -1 },
      { task_id: 'c', dependencies: [{ task_id: 'b' }, { task_id: 'nope' }], inputs: { q: '{{nobody.x}}' } },
      { task_id: 'd', dependencies: [{ task_id: 'd' }], nam: 'x' },
    );

    expect(problemsOf({ ...input, on_failure: 'fail_fats', gaol: 1 })).toEqual([
      'E5600 $.on_failure',
      'E5602 $.gaol',
      'E5600 $.tasks[0].timeout_seconds',
      'E5301 $.tasks[0].dependencies',
      'E5302 $.tasks[1].dependencies[1].task_id',
      'E5402 $.tasks[1].inputs.q',
      'E5602 $.tasks[2].nam',
      'E5301 $.tasks[2].dependencies',
    ]);
  });

  it('carry the ids, the path of a cycle, and a hint at what was meant', () => {
    const parsed = parse(
      plan(
        { task_id: 'fetch', dependencies: [{ task_id: 'parse' }, { task_id: 'fecth' }] },
        { task_id: 'parse', dependencies: [{ task_id: 'fetch' }] },
      ),
    );

    expect(!parsed.ok && parsed.problems).toEqual([
      {
        code: 'E5302',
        message: '"fecth" is no task of this plan',
        path: '$.tasks[0].dependencies[1].task_id',
        task_ids: ['fetch', 'fecth'],
        hint: 'did you mean "fetch"?',
      },
      {
        code: 'E5301',
        message: 'the tasks wait for each other, each for the next one: fetch -> parse -> fetch',
        path: '$.tasks[0].dependencies',
        task_ids: ['fetch', 'parse'],
      },
    ]);
  });

  it.each<[string, object[], string]>([
    [
      'a binding',
      [
        { task_id: 'a', inputs: { x: '{{b.y}}' } },
        { task_id: 'b', dependencies: [{ task_id: 'a' }] },
      ],
      'a -> b -> a; a binds {{b.y}}',
    ],
    ['a binding of itself', [{ task_id: 'a', llm_prompt: 'after {{a.y}}' }], 'a -> a; a binds {{a.y}}'],
    [
      'a binding in the items of a foreach',
      [
        { task_id: 'e', task_type: 'compound', foreach: [1], subtasks: [{ task_id: 'x', inputs: { v: '{{b.y}}' } }] },
        { task_id: 'b', dependencies: [{ task_id: 'e' }] },
      ],
      'e -> e/x -> b -> e; e/x is in e, e/x binds {{b.y}}',
    ],
    [
      'the list of a foreach',
      [
        { task_id: 'e', foreach: '{{b.list}}' },
        { task_id: 'b', inputs: { all: '{{e.results}}' } },
      ],
      'e -> b -> e; e binds {{b.list}}, b binds {{e.results}}',
    ],
  ])('name %s that makes a cycle', (_, tasks, path) => {
    const parsed = parse(plan(...tasks));

    expect(!parsed.ok && parsed.problems.map(({ code, message }) => `${code} ${message.slice(message.indexOf(': ') + 2)}`)).toEqual([
      `E5301 ${path}`,
    ]);
  });

  it('end with a count where there are more than a hundred', () => {
    const parsed = parse(plan(...Array.from({ length: 300 }, (_, i) => ({ task_id: `t${i}`, dependencies: [{ task_id: `x${i}` }] }))));

    expect(!parsed.ok && parsed.problems.length).toBe(101);
    expect(!parsed.ok && parsed.problems.at(-1)?.message).toBe('and 200 more problems');
  });

  it('find a cycle at the end of a chain of 100,000 tasks', () => {
    const tasks = Array.from({ length: 100_000 }, (_, i) => ({ task_id: `t${i}`, dependencies: [{ task_id: `t${(i + 1) % 100_000}` }] }));

    expect(problemsOf({ tasks })).toEqual(['E5301 $.tasks[0].dependencies']);
  });
});

describe('input that is no JSON', () => {
  const cyclic: Record<string, unknown> = { tasks: [] };
  cyclic.tasks = [{ task_id: 'a', inputs: cyclic }];

  it.each([
    ['a function', plan(task({ inputs: { f: () => 1 } }))],
    ['a bigint', plan(task({ timeout_seconds: 1n }))],
    ['NaN', plan(task({ timeout_seconds: Number.NaN }))],
    ['a plan that contains itself', cyclic],
    ['a Map', new Map()],
    ['a date that is none', plan(task({ created_at: new Date(Number.NaN) }))],
    ['undefined', undefined],
    [
      'a getter that throws',
      {
        get tasks() {
          throw new Error('no');
        },
      },
    ],
    ['deep nesting', plan(task({ inputs: JSON.parse(`{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`) }))],
  ])('is refused: %s', (_, input) => {
    expect(problemsOf(input)).toHaveLength(1);
  });

  it('never makes it throw, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withDate: true, withNullPrototype: true, withTypedArray: true }),
        (value) => {
          expect(parse(value).ok).toBe(false);
          expect(parse({ tasks: [value] }).ok).toBe(false);
          expect(typeof parse({ tasks: [{ task_id: 'a', inputs: { value } }] }).ok).toBe('boolean');
        },
      ),
      { numRuns: 1000 },
    );
  });
});
