import { StepFunctionsError } from './errors.ts';
import type { Execution, ExecutionDescription } from './execution.ts';
import { STATES_ERROR, StateFailure } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import type { TaskIntegration } from './task-integration.ts';

/** `arn:aws:states:::states:startExecution.sync:2`: runs another machine, and stops it when nobody waits for it any more. */
export const startExecutionSync: TaskIntegration = {
  usesToken: false,
  start({ StateMachineArn, Name, Input }, visit, attempt) {
    if (typeof StateMachineArn !== 'string') throw visit.queryFailure('StateMachineArn must be a string.');
    if (Name !== undefined && typeof Name !== 'string') throw visit.queryFailure('Name must be a string.');
    const child = startChild(visit, StateMachineArn, Name, Input === undefined ? {} : Input);
    attempt.whenOver((abandoned) => {
      if (abandoned !== undefined) child.stop();
    });
    visit.record('TaskSubmitted');
    child.whenFinished(() => {
      const description = child.describe();
      const result = describe(description, child.input);
      if (description.status === 'SUCCEEDED') attempt.succeed(result);
      else attempt.fail(new StateFailure(STATES_ERROR.taskFailed, JSON.stringify(result)));
    });
  },
};

function startChild(visit: StateVisit, machineArn: string, name: string | undefined, input: unknown): Execution {
  try {
    return visit.thread.execution.engine.startNested(machineArn, name, input);
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    throw new StateFailure(`StepFunctions.${error.name}Exception`, error.message);
  }
}

/** What DescribeExecution says, with Input and Output as JSON rather than as text: that is what `:2` stands for. */
function describe(description: ExecutionDescription, input: unknown): Record<string, unknown> {
  const { output, error, cause } = description;
  return {
    ExecutionArn: description.executionArn,
    Input: input,
    InputDetails: { Included: true },
    Name: description.name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    StartDate: description.startDate.getTime(),
    StateMachineArn: description.stateMachineArn,
    Status: description.status,
    ...(description.stopDate === undefined ? {} : { StopDate: description.stopDate.getTime() }),
  };
}
