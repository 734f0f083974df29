/** What the operations of LocalStepFunctions throw. The names are those of the Step Functions API. */
export class StepFunctionsError extends Error {
  override readonly name: string = 'StepFunctionsError';
}

export interface DefinitionProblem {
  /** Where in the definition, e.g. `$.States.Work.Retry[0].BackoffRate`. */
  readonly path: string;
  readonly message: string;
}

export class InvalidDefinition extends StepFunctionsError {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

export class InvalidName extends StepFunctionsError {
  override readonly name = 'InvalidName';
}

export class InvalidExecutionInput extends StepFunctionsError {
  override readonly name = 'InvalidExecutionInput';
}

export class StateMachineAlreadyExists extends StepFunctionsError {
  override readonly name = 'StateMachineAlreadyExists';
}

export class StateMachineDoesNotExist extends StepFunctionsError {
  override readonly name = 'StateMachineDoesNotExist';
}

export class ExecutionAlreadyExists extends StepFunctionsError {
  override readonly name = 'ExecutionAlreadyExists';
}

export class ExecutionDoesNotExist extends StepFunctionsError {
  override readonly name = 'ExecutionDoesNotExist';
}

/** The token was given out, but its task is over: done, timed out, or its execution has ended. */
export class TaskTimedOut extends StepFunctionsError {
  override readonly name = 'TaskTimedOut';
}

/** The token was never given out here. */
export class TaskDoesNotExist extends StepFunctionsError {
  override readonly name = 'TaskDoesNotExist';
}

export class InvalidOutput extends StepFunctionsError {
  override readonly name = 'InvalidOutput';
}

export class ValidationException extends StepFunctionsError {
  override readonly name = 'ValidationException';
}
