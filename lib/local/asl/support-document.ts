import { AWS_LIMITS } from './limits.ts';
import { type Section, SUPPORT } from './support-table.ts';

/** docs/asl-support.md, written from the table that validation uses. */
export function supportDocument(): string {
  const sections: readonly Section[] = Object.values(SUPPORT);
  return `${[
    INTRODUCTION,
    ...sections.map(renderSection),
    '## Not supported\n\nRejected by name when a state machine is created:\n',
    ...sections.flatMap(renderUnsupported),
    '',
    ERRORS,
    renderLimits(),
    DIFFERENCES,
  ].join('\n')}\n`;
}

const INTRODUCTION = `# What the local engine supports

<!-- Written by lib/local/asl/support-document.ts. After a change: npm run docs -->

The local engine runs Standard workflows of AWS Step Functions in JSONata mode, as far as it is listed here. Anything else is rejected when the
state machine is created, all problems in one error, each with its JSON path. So a definition that is accepted here runs here as on AWS.
\`npm run fidelity\` holds it against an independent interpreter (LocalStack's), event by event: [fidelity.md](fidelity.md).
`;

function renderSection({ title, supported }: Section): string {
  const rows = Object.entries(supported).map(([field, { required, note }]) => `| ${field} | ${required ? 'yes' : ''} | ${note} |`);
  return `## ${title}\n\n| field | required | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function renderUnsupported({ title, unsupported }: Section): string[] {
  const fields = Object.entries(unsupported);
  if (fields.length === 0) return [];
  return [`- ${title}: ${fields.map(([field, reason]) => `${field} (${reason})`).join(', ')}`];
}

const ERRORS = `Also rejected: the query language JSONPath, Distributed Map, activities, every Resource that is not listed above, and fields that ASL does not know.

## Errors

| error | when | taken by |
|---|---|---|
| the \`name\` of what the function throws | a function fails; Cause is \`{errorType, errorMessage, trace}\` | its name, States.TaskFailed, States.ALL |
| what sendTaskFailure says | a token is failed | its name, States.TaskFailed, States.ALL |
| States.Timeout | TimeoutSeconds of a Task are over | its name, States.ALL |
| States.Timeout | HeartbeatSeconds go by without a heartbeat | States.HeartbeatTimeout, States.Timeout, States.ALL |
| States.TaskFailed | a nested execution did not succeed; Cause is its description | its name, States.ALL |
| StepFunctions.StateMachineDoesNotExistException, StepFunctions.ExecutionAlreadyExistsException, … | a nested execution cannot be started | its name, States.TaskFailed, States.ALL |
| States.QueryEvaluationError | an expression fails, gives nothing, gives a wrong type, or takes too long | its name, States.TaskFailed, States.ALL |
| States.DataLimitExceeded | an input, output, result or variable is too large | its name only |
| States.NoChoiceMatched | no rule of a Choice matches and there is no Default | its name, States.TaskFailed, States.ALL (of a Map or Parallel around it) |
| States.Runtime | the history is full, or the engine itself fails | nothing |

What only JSONPath or a Distributed Map can come to is not there: States.ParameterPathFailure, States.ResultPathMatchFailure, States.IntrinsicFailure,
States.ExceedToleratedFailureThreshold, States.ItemReaderFailed, States.ResultWriterFailed; nor States.Permissions, since there are no roles, nor
States.BranchFailed: a Parallel and a Map fail with the error of what failed in them.

A retrier that is used up leaves the error to Catch, not to the next retrier. A Catch also takes failures of the state's own Arguments, Output and Assign.
The execution fails with the error of the state; \`TimeoutSeconds\` of the state machine end it as TIMED_OUT with States.Timeout.

The operations throw errors under the names of the Step Functions API: InvalidDefinition, InvalidName, InvalidExecutionInput, InvalidOutput,
StateMachineAlreadyExists, StateMachineDoesNotExist, ExecutionAlreadyExists, ExecutionDoesNotExist, TaskTimedOut, TaskDoesNotExist, ValidationException.
`;

function renderLimits(): string {
  const number = (value: number): string => value.toLocaleString('en');
  const rows = [
    ['definition', `${number(AWS_LIMITS.definitionBytes)} bytes`],
    [
      'history of an execution',
      `${number(AWS_LIMITS.historyEvents)} events; one more fails the execution, unless it is ExecutionSucceeded`,
    ],
    ['input, output, result, variable', `${number(AWS_LIMITS.payloadBytes)} bytes of JSON`],
    ['all variables of an execution', `${number(AWS_LIMITS.variablesBytes)} bytes of JSON`],
    ['iterations of a Map at once', number(AWS_LIMITS.mapConcurrency)],
    ['names of states, machines, executions, variables', `1 to ${AWS_LIMITS.nameLength} characters`],
    ['one evaluation of an expression', `${number(AWS_LIMITS.evaluationMs)} ms, ${number(AWS_LIMITS.evaluationSteps)} steps`],
  ];
  return `## Limits\n\n| what | limit |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

const DIFFERENCES = `## Expressions

JSONata 2.2 with the functions that Step Functions adds ($partition, $range, $hash, $random, $uuid, $parse) and without $eval. The intrinsic functions
of JSONPath (States.Format, States.Array, …) are not there. \`$states\` has input,
result, errorOutput, and context with Execution, StateMachine, State, Task.Token and Map.Item. AWS runs JSONata 2.0.6: \`??\`, \`?:\` and other additions of
later versions work here and not there.

## Known differences

- The result of \`lambda:invoke\` is \`{ExecutedVersion, Payload, StatusCode}\`; AWS adds HTTP metadata.
- \`$random(seed)\` gives equal numbers for equal seeds, but not AWS's.
- A regular expression that backtracks without end is not stopped.
- A token may succeed before its function has returned: the state is then left at once, and the function runs on.
- Of finished executions only a summary is kept, and of the oldest nothing.`;
