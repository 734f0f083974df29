import { describe, expect, it } from 'vitest';
import { InvalidDefinition } from '../../../lib/local/asl/errors.ts';
import { type Section, SUPPORT } from '../../../lib/local/asl/support-table.ts';
import { define, harness, map, only, parallel, task, tokenTask } from './harness.ts';

const PASS = { Type: 'Pass' };
const DONE = { Z: { Type: 'Succeed' } };

/** `path: message` of every problem. */
function problemsOf(machine: object): string[] {
  try {
    harness().stepFunctions.createStateMachine({ name: 'm', definition: define(machine) });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a definition', () => {
  it.each([
    ['a Task', only(task({ TimeoutSeconds: 1, Comment: 'c', QueryLanguage: 'JSONata' }))],
    ['a Task with a token', only(tokenTask({ TimeoutSeconds: 99_999_999, HeartbeatSeconds: '{% 5 %}' }))],
    ['a Map', only(map([1], PASS, { MaxConcurrency: 0, ItemSelector: {} }))],
    ['a Parallel', only(parallel([PASS, PASS], { Arguments: {} }))],
    ['a Wait', only({ Type: 'Wait', Seconds: 0 })],
    ['a Fail', only({ Type: 'Fail', Error: 'E', Cause: '{% "c" %}' })],
    ['everything at the top', { Comment: 'c', Version: '1.0', TimeoutSeconds: 1, ...only(PASS) }],
    [
      'a full retrier',
      only(
        task({
          Retry: [
            {
              Comment: 'c',
              ErrorEquals: ['A'],
              IntervalSeconds: 1,
              MaxAttempts: 0,
              BackoffRate: 1,
              MaxDelaySeconds: 31_622_400,
              JitterStrategy: 'NONE',
            },
          ],
        }),
      ),
    ],
    ['an endless loop with a way out', only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'Z' }, DONE)],
  ])('with %s is taken', (_what, machine) => {
    expect(problemsOf(machine)).toEqual([]);
  });

  it.each([
    // the top level
    [{ ...only(PASS), QueryLanguage: 'JSONPath' }, '$.QueryLanguage: "JSONPath" is not supported, only JSONata'],
    [{ ...only(PASS), QueryLanguage: undefined }, '$: lacks the field QueryLanguage'],
    [{ ...only(PASS), Version: '2.0' }, '$.Version: "2.0" is not supported, only 1.0'],
    [{ ...only(PASS), Extra: 1 }, '$.Extra: is no field of a State machine'],
    [{ ...only(PASS), TimeoutSeconds: 0 }, '$.TimeoutSeconds: must be a whole number from 1 to 99999999'],
    [{ StartAt: 'A' }, '$: lacks the field States'],
    [{ StartAt: 'A', States: [] }, '$.States: must be an object'],
    // ways between the states
    [{ ...only(PASS), StartAt: 'B' }, '$.StartAt: "B" is no state of this scope'],
    [only({ ...PASS, Next: 'B' }), '$.States.A.Next: "B" is no state of this scope'],
    [only({ ...PASS, Next: 'toString' }), '$.States.A.Next: "toString" is no state of this scope'],
    [only(PASS, DONE), '$.States.Z: cannot be reached'],
    [{ StartAt: 'A', States: { A: PASS } }, '$.States.A: must have either Next or End'],
    [only({ ...PASS, Next: 'Z', End: true }, DONE), '$.States.A: must have either Next or End'],
    [{ StartAt: 'A', States: { A: { ...PASS, End: false } } }, '$.States.A.End: must be true'],
    [only({ ...PASS, Next: 'A' }), '$: has no state that can be reached and ends it'],
    [only(task({ Catch: [{ ErrorEquals: ['A'], Next: 'B' }] })), '$.States.A.Catch[0].Next: "B" is no state of this scope'],
    [
      only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Z' }], Default: 'B' }, DONE),
      '$.States.A.Default: "B" is no state of this scope',
    ],
    [
      only({ Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: { ...PASS, Next: 'Z' } } }], Next: 'Z' }, DONE),
      '$.States.A.Branches[0].States.B.Next: "Z" is no state of this scope',
    ],
    // names
    [
      { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: { ...PASS, End: true } } },
      `$.States.${'x'.repeat(81)}: a state's name has 1 to 80 characters`,
    ],
    [{ StartAt: '', States: { '': { ...PASS, End: true } } }, "$.States['']: a state's name has 1 to 80 characters"],
    [
      { StartAt: 'B0', States: { B0: { ...parallel([PASS]), End: true } } },
      '$.States.B0.Branches[0].States.B0: the name is already taken by $.States.B0',
    ],
    // states
    [only({ Type: 'Activity' }), '$.States.A.Type: "Activity" is no type of state: Task, Parallel, Map, Pass, Wait, Choice, Succeed, Fail'],
    [only({ ...PASS, Result: 1 }), '$.States.A.Result: is not supported: JSONPath only; use Output'],
    [only({ ...PASS, Outptu: 1 }), '$.States.A.Outptu: is no field of a Pass'],
    [only({ ...PASS, QueryLanguage: 'JSONPath' }), '$.States.A.QueryLanguage: "JSONPath" is not supported, only JSONata'],
    [
      only(task({ Resource: 'arn:aws:lambda:us-east-1:1:function:f' })),
      /^\$\.States\.A\.Resource: .* is not supported, only arn:aws:states:::lambda:invoke, /,
    ],
    [only(task({ Arguments: '{% $x %}' })), '$.States.A.Arguments: must be an object'],
    [only(task({ Arguments: {} })), '$.States.A.Arguments: lacks the field FunctionName'],
    [
      only(task({ Arguments: { FunctionName: 'f', Qualifier: '1' } })),
      '$.States.A.Arguments.Qualifier: is not supported: functions have no versions here',
    ],
    [only(task({ TimeoutSeconds: 1.5 })), '$.States.A.TimeoutSeconds: must be a whole number from 1 to 99999999'],
    [only(task({ TimeoutSeconds: '5' })), '$.States.A.TimeoutSeconds: must be a whole number from 1 to 99999999'],
    [only(task({ HeartbeatSeconds: 1 })), '$.States.A.HeartbeatSeconds: is only supported with .waitForTaskToken'],
    [only(tokenTask({ HeartbeatSeconds: 5, TimeoutSeconds: 5 })), '$.States.A.HeartbeatSeconds: must be smaller than TimeoutSeconds'],
    [only({ ...map([1], PASS), Items: 'text' }), '$.States.A.Items: must be an array or an expression'],
    [
      only(map([1], PASS, { MaxConcurrency: -1 })),
      `$.States.A.MaxConcurrency: must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
    ],
    [only(map([1], PASS, { ItemReader: {} })), '$.States.A.ItemReader: is not supported: Distributed Map only'],
    [
      only({
        ...map([1], PASS),
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: { ...PASS, End: true } } },
      }),
      '$.States.A.ItemProcessor.ProcessorConfig.Mode: "DISTRIBUTED" is not supported, only INLINE',
    ],
    [only({ Type: 'Parallel', Branches: [] }), '$.States.A.Branches: must be an array with something in it'],
    [only({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }), '$.States.A.Timestamp: is not supported: use Seconds'],
    [only({ Type: 'Wait', Seconds: -1 }), '$.States.A.Seconds: must be a whole number from 0 to 99999999'],
    [
      only({ Type: 'Choice', Choices: [{ Condition: 'x', Next: 'Z' }] }, DONE),
      '$.States.A.Choices[0].Condition: must be an expression, true or false',
    ],
    [only({ Type: 'Fail', Error: 5 }), '$.States.A.Error: must be a string'],
    [only({ Type: 'Fail', Next: 'Z' }, DONE), '$.States.A.Next: is no field of a Fail'],
    // Retry and Catch
    [only(task({ Retry: {} })), '$.States.A.Retry: must be an array with something in it'],
    [only(task({ Retry: [{}] })), '$.States.A.Retry[0]: lacks the field ErrorEquals'],
    [only(task({ Retry: [{ ErrorEquals: [] }] })), '$.States.A.Retry[0].ErrorEquals: must be an array of one or more error names'],
    [only(task({ Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] })), '$.States.A.Retry[0].ErrorEquals: States.ALL must stand alone'],
    [
      only(task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] })),
      '$.States.A.Retry[0]: States.ALL must be in the last one',
    ],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }] })),
      '$.States.A.Retry[0].IntervalSeconds: must be a whole number from 1 to 99999999',
    ],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: '{% 1 %}' }] })),
      '$.States.A.Retry[0].IntervalSeconds: must be a whole number from 1 to 99999999',
    ],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], MaxAttempts: -1 }] })),
      '$.States.A.Retry[0].MaxAttempts: must be a whole number from 0 to 99999999',
    ],
    [only(task({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.9 }] })), '$.States.A.Retry[0].BackoffRate: must be a number of 1.0 or more'],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], MaxDelaySeconds: 31_622_401 }] })),
      '$.States.A.Retry[0].MaxDelaySeconds: must be a whole number from 1 to 31622400',
    ],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] })),
      '$.States.A.Retry[0].MaxDelaySeconds: must be greater than IntervalSeconds',
    ],
    [
      only(task({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] })),
      '$.States.A.Retry[0].JitterStrategy: "HALF" is not supported, only FULL, NONE',
    ],
    [only({ ...PASS, Retry: [] }), '$.States.A.Retry: is no field of a Pass'],
    [
      only(task({ Catch: [{ ErrorEquals: ['A'], Next: 'Z', ResultPath: '$' }], Next: 'Z' }), DONE),
      '$.States.A.Catch[0].ResultPath: is not supported: JSONPath only',
    ],
    // expressions and variables
    [only({ ...PASS, Output: { a: ['{% 1 + %}'] } }), /^\$\.States\.A\.Output\.a\[0\]: is not JSONata: /],
    [only({ ...PASS, Output: '{% 1' }), '$.States.A.Output: an expression must begin with {% and end with %}, with nothing around it'],
    [only({ ...PASS, Output: ' {% 1 %}' }), '$.States.A.Output: an expression must begin with {% and end with %}, with nothing around it'],
    [only({ ...PASS, Assign: { states: 1 } }), '$.States.A.Assign.states: this name is reserved'],
    [
      only({ ...PASS, Assign: { 'a b': 1 } }),
      "$.States.A.Assign['a b']: a variable begins with a letter and has only letters, digits and _",
    ],
    [
      only({ ...PASS, Assign: { ['v'.repeat(81)]: 1 } }),
      `$.States.A.Assign.${'v'.repeat(81)}: a variable's name has at most 80 characters`,
    ],
    [only({ ...PASS, Assign: [] }), '$.States.A.Assign: must be an object'],
    [
      only(parallel([{ ...PASS, Assign: { v: 1 } }], { Assign: { v: 1 } })),
      '$.States.A.Branches[0].States: assigns the variable v, which a scope around it assigns too',
    ],
  ] as [object, string | RegExp][])('%#: %j is rejected with its problem', (machine, problem) => {
    expect(problemsOf(machine)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });

  it('is rejected with all its problems at once', () => {
    const machine = only(task({ Resource: 'x', Retry: [{ ErrorEquals: [] }], Output: '{% ( %}' }), {
      'Not reached': { Type: 'Fail', Next: 'A' },
    });

    expect(problemsOf(machine).map((problem) => problem.split(': ')[0])).toEqual([
      '$.States.A.Resource',
      '$.States.A.Output',
      '$.States.A.Retry[0].ErrorEquals',
      "$.States['Not reached'].Next",
      "$.States['Not reached']",
    ]);
  });

  it.each(['', '{', 'null', '[]', '"text"'])('%j is rejected', (definition) => {
    expect(() => harness().stepFunctions.createStateMachine({ name: 'm', definition })).toThrow(InvalidDefinition);
  });

  it('that is nested thousands of times is rejected, not run into the ground', () => {
    let state: object = PASS;
    const definition = define(only(state));
    const deep = `${'{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":'.repeat(9_000)}${JSON.stringify(PASS)}${'}}]}'.repeat(9_000)}`;
    state = JSON.parse(deep) as object;

    expect(() =>
      harness().stepFunctions.createStateMachine({
        name: 'm',
        definition: definition.replace(JSON.stringify({ ...PASS, End: true }), deep),
      }),
    ).toThrow(InvalidDefinition);
  });

  it('may have a name of 80 characters, of any kind', () => {
    const name = `${'é '.repeat(39)}✗"`;
    expect(name).toHaveLength(80);

    expect(problemsOf({ StartAt: name, States: { [name]: { ...PASS, End: true } } })).toEqual([]);
  });
});

describe('the support table', () => {
  it('names no field as both supported and unsupported', () => {
    for (const { supported, unsupported } of Object.values<Section>(SUPPORT)) {
      expect(Object.keys(unsupported).filter((field) => Object.hasOwn(supported, field))).toEqual([]);
    }
  });
});
