import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';

interface Task {
  readonly task_id: string;
  readonly dependencies?: readonly object[];
  readonly trigger_rule?: string;
}

const on = (...ids: string[]) => ids.map((task_id) => ({ task_id }));
const when = (task_id: string) => ({ task_id, dependency_type: 'conditional', condition: 'outputs.ok' });
const compiled = (tasks: readonly Task[], plan: object = {}) => preparePlan({ tasks, plan_id: 'p', ...plan }).compilation;

/** Per task what its gate waits for and by which rule; nothing for one without a gate. */
function gates(tasks: readonly TaskRecord[]): Record<string, string> {
  return Object.fromEntries(
    tasks.flatMap(({ id, gate, rule }) =>
      gate === undefined ? [] : [[id, `${rule?.name ?? 'completed'}: ${gate.dependencies.map((each) => tasks[each]!.id).join(' ')}`]],
    ),
  );
}

describe('the gates of a plan that decides', () => {
  it('are those of tasks with a rule, with all their dependencies', () => {
    // a -> b -> c, and cleanup after all of them
    const { spec } = compiled([
      { task_id: 'a' },
      { task_id: 'b', dependencies: on('a') },
      { task_id: 'c', dependencies: on('b') },
      { task_id: 'cleanup', dependencies: on('a', 'b', 'c'), trigger_rule: 'all_done' },
    ]);

    expect(gates(spec.tasks)).toEqual({ cleanup: 'all_done: a b c' });
  });

  it('are those of joins behind tasks that may be skipped; a task with one dependency follows it', () => {
    //       +-> yes (if) -> more -+
    // check |                     +-> join -> last
    //       +-> always -----------+
    const { spec } = compiled([
      { task_id: 'check' },
      { task_id: 'yes', dependencies: [when('check')] },
      { task_id: 'more', dependencies: on('yes') },
      { task_id: 'always', dependencies: on('check') },
      { task_id: 'join', dependencies: on('more', 'always') },
      { task_id: 'last', dependencies: on('join', 'check') },
    ]);

    expect(gates(spec.tasks)).toEqual({ join: 'all_success: more always' });
    expect(spec.tasks[5]!.dependencies).toEqual([4]);
  });

  it('keep a dependency that only a task with a rule seems to imply', () => {
    const { spec } = compiled([
      { task_id: 'a' },
      { task_id: 'b', dependencies: on('a'), trigger_rule: 'all_done' },
      { task_id: 'c', dependencies: on('a', 'b') },
    ]);

    expect(spec.tasks[2]!.dependencies).toEqual([0, 1]);
    expect(spec.tasks[0]!.dependents).toEqual([1, 2]);
  });

  it('know of conditions where a task has them', () => {
    const { spec } = compiled([{ task_id: 'a' }, { task_id: 'b', dependencies: [when('a')] }]);

    expect(spec.tasks.map(({ conditions }) => conditions)).toEqual([undefined, [{ source: 0, text: 'outputs.ok' }]]);
  });

  it('count no dependency of a task with a rule as one that keeps two from running at once', () => {
    // a -> fast (one_success, with b): a may still run when it does
    const { report } = compiled([
      { task_id: 'a' },
      { task_id: 'b' },
      { task_id: 't', dependencies: on('a', 'b'), trigger_rule: 'one_success' },
    ]);

    expect(report.width).toBe(3);
  });
});

describe('the definition of a plan that decides', () => {
  it('has the states of the plan without rules, and a gate for each task that decides', () => {
    const tasks: Task[] = [{ task_id: 'a' }, { task_id: 'b', dependencies: on('a') }, { task_id: 'c', dependencies: on('b') }];
    const last = { task_id: 'd', dependencies: on('c') };

    const plain = compiled([...tasks, last]).report;
    const deciding = compiled([...tasks, { ...last, trigger_rule: 'all_done' }]).report;

    // a Parallel around both, a gate, and the ends of a second scope; the Parallel and the gate are entered
    expect([plain.states, deciding.states]).toEqual([6, 11]);
    expect([plain.transitions, deciding.transitions]).toEqual([5, 7]);
  });

  it('is wholly this where nothing is retried', () => {
    const retry_policy = { max_retries: 0 };
    const b = { task_id: 'b', retry_policy, dependencies: on('a'), trigger_rule: 'one_failed' };
    const { machines } = compiled([{ task_id: 'a', retry_policy } as Task, b]);

    expect(JSON.parse(machines[0]!.definition)).toMatchInlineSnapshot(`
      {
        "QueryLanguage": "JSONata",
        "StartAt": "a | b",
        "States": {
          "a | b": {
            "Branches": [
              {
                "StartAt": "a",
                "States": {
                  "a": {
                    "Arguments": {
                      "FunctionName": "run-task",
                      "Payload": {
                        "run_id": "{% $states.context.Execution.Input.run_id %}",
                        "task": 0,
                      },
                    },
                    "Catch": [
                      {
                        "ErrorEquals": [
                          "TaskBlocked",
                          "RunStopped",
                        ],
                        "Next": "stop 1",
                        "Output": {},
                      },
                      {
                        "ErrorEquals": [
                          "States.ALL",
                        ],
                        "Next": "settle failure 1",
                        "Output": {
                          "error": "{% $states.errorOutput %}",
                          "task": 0,
                        },
                      },
                    ],
                    "End": true,
                    "Output": {},
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Retry": [
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "Lambda.ClientExecutionTimeoutException",
                          "Lambda.ServiceException",
                          "Lambda.AWSLambdaException",
                          "Lambda.SdkClientException",
                          "Lambda.TooManyRequestsException",
                          "AttemptSuperseded",
                          "OrchestratorUnavailable",
                        ],
                        "IntervalSeconds": 2,
                        "MaxAttempts": 6,
                      },
                    ],
                    "TimeoutSeconds": 315,
                    "Type": "Task",
                  },
                  "settle failure 1": {
                    "Arguments": {
                      "FunctionName": "settle-task",
                      "Payload": {
                        "error": "{% $states.input.error %}",
                        "run_id": "{% $states.context.Execution.Input.run_id %}",
                        "task": "{% $states.input.task %}",
                      },
                    },
                    "End": true,
                    "Output": {},
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Retry": [
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "Lambda.ClientExecutionTimeoutException",
                          "Lambda.ServiceException",
                          "Lambda.AWSLambdaException",
                          "Lambda.SdkClientException",
                          "Lambda.TooManyRequestsException",
                          "AttemptSuperseded",
                          "OrchestratorUnavailable",
                        ],
                        "IntervalSeconds": 2,
                        "MaxAttempts": 6,
                      },
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "States.ALL",
                        ],
                        "IntervalSeconds": 1,
                        "MaxAttempts": 20,
                        "MaxDelaySeconds": 60,
                      },
                    ],
                    "Type": "Task",
                  },
                  "stop 1": {
                    "Type": "Succeed",
                  },
                },
              },
              {
                "StartAt": "gate: b",
                "States": {
                  "b": {
                    "Arguments": {
                      "FunctionName": "run-task",
                      "Payload": {
                        "run_id": "{% $states.context.Execution.Input.run_id %}",
                        "task": 1,
                      },
                    },
                    "Catch": [
                      {
                        "ErrorEquals": [
                          "TaskBlocked",
                          "RunStopped",
                        ],
                        "Next": "stop 2",
                        "Output": {},
                      },
                      {
                        "ErrorEquals": [
                          "States.ALL",
                        ],
                        "Next": "settle failure 2",
                        "Output": {
                          "error": "{% $states.errorOutput %}",
                          "task": 1,
                        },
                      },
                    ],
                    "End": true,
                    "Output": {},
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Retry": [
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "Lambda.ClientExecutionTimeoutException",
                          "Lambda.ServiceException",
                          "Lambda.AWSLambdaException",
                          "Lambda.SdkClientException",
                          "Lambda.TooManyRequestsException",
                          "AttemptSuperseded",
                          "OrchestratorUnavailable",
                        ],
                        "IntervalSeconds": 2,
                        "MaxAttempts": 6,
                      },
                    ],
                    "TimeoutSeconds": 315,
                    "Type": "Task",
                  },
                  "gate: b": {
                    "Arguments": {
                      "FunctionName": "admit-task",
                      "Payload": {
                        "run_id": "{% $states.context.Execution.Input.run_id %}",
                        "task": 1,
                        "token": "{% $states.context.Task.Token %}",
                      },
                    },
                    "Next": "b",
                    "Output": {},
                    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Retry": [
                      {
                        "BackoffRate": 1,
                        "ErrorEquals": [
                          "States.Timeout",
                        ],
                        "IntervalSeconds": 1,
                        "MaxAttempts": 8760,
                      },
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "Lambda.ClientExecutionTimeoutException",
                          "Lambda.ServiceException",
                          "Lambda.AWSLambdaException",
                          "Lambda.SdkClientException",
                          "Lambda.TooManyRequestsException",
                          "AttemptSuperseded",
                          "OrchestratorUnavailable",
                        ],
                        "IntervalSeconds": 2,
                        "MaxAttempts": 6,
                      },
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "States.ALL",
                        ],
                        "IntervalSeconds": 1,
                        "MaxAttempts": 20,
                        "MaxDelaySeconds": 60,
                      },
                    ],
                    "TimeoutSeconds": 3600,
                    "Type": "Task",
                  },
                  "settle failure 2": {
                    "Arguments": {
                      "FunctionName": "settle-task",
                      "Payload": {
                        "error": "{% $states.input.error %}",
                        "run_id": "{% $states.context.Execution.Input.run_id %}",
                        "task": "{% $states.input.task %}",
                      },
                    },
                    "End": true,
                    "Output": {},
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Retry": [
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "Lambda.ClientExecutionTimeoutException",
                          "Lambda.ServiceException",
                          "Lambda.AWSLambdaException",
                          "Lambda.SdkClientException",
                          "Lambda.TooManyRequestsException",
                          "AttemptSuperseded",
                          "OrchestratorUnavailable",
                        ],
                        "IntervalSeconds": 2,
                        "MaxAttempts": 6,
                      },
                      {
                        "BackoffRate": 2,
                        "ErrorEquals": [
                          "States.ALL",
                        ],
                        "IntervalSeconds": 1,
                        "MaxAttempts": 20,
                        "MaxDelaySeconds": 60,
                      },
                    ],
                    "Type": "Task",
                  },
                  "stop 2": {
                    "Type": "Succeed",
                  },
                },
              },
            ],
            "Next": "finish run",
            "Output": {},
            "Type": "Parallel",
          },
          "finish run": {
            "Arguments": {
              "FunctionName": "finish-run",
              "Payload": {
                "run_id": "{% $states.context.Execution.Input.run_id %}",
              },
            },
            "End": true,
            "Output": {},
            "Resource": "arn:aws:states:::lambda:invoke",
            "Retry": [
              {
                "ErrorEquals": [
                  "E5204",
                  "E5200",
                  "E5203",
                  "E5501",
                  "RunStopped",
                ],
                "MaxAttempts": 0,
              },
              {
                "BackoffRate": 2,
                "ErrorEquals": [
                  "Lambda.ClientExecutionTimeoutException",
                  "Lambda.ServiceException",
                  "Lambda.AWSLambdaException",
                  "Lambda.SdkClientException",
                  "Lambda.TooManyRequestsException",
                  "AttemptSuperseded",
                  "OrchestratorUnavailable",
                ],
                "IntervalSeconds": 2,
                "MaxAttempts": 6,
              },
              {
                "BackoffRate": 2,
                "ErrorEquals": [
                  "States.ALL",
                ],
                "IntervalSeconds": 1,
                "MaxAttempts": 20,
                "MaxDelaySeconds": 60,
              },
            ],
            "Type": "Task",
          },
        },
      }
    `);
  });

  it('never retries what is skipped or stopped by fail_fast; in other plans nobody throws that', () => {
    const names = ['TaskSkipped', 'RunFailedFast'];
    const textOf = (plan: object) => compiled([{ task_id: 'a' }], plan).machines[0]!.definition;

    for (const name of names) {
      expect(textOf({ on_failure: 'fail_fast' })).toContain(name);
      expect(textOf({})).not.toContain(name);
    }
  });
});

it('a plan says what it decides by itself: what it leaves out is what it says in words', () => {
  const tasks = [{ task_id: 'a' }, { task_id: 'b', dependencies: on('a') }];
  const said = { on_failure: 'continue', tasks: tasks.map((task) => ({ ...task, trigger_rule: 'all_success' })) };

  expect(compiled(said.tasks, said)).toEqual(compiled(tasks));
  expect(parsePlan({ plan_id: 'p', ...said }, { makeId: () => '' })).toEqual(parsePlan({ plan_id: 'p', tasks }, { makeId: () => '' }));
});
