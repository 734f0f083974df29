import { answerOf, failureOf } from './function-answer.ts';
import { FunctionCall } from './function-call.ts';
import { toPlainJson } from './plain-json.ts';
import { ENDED } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import type { TaskAttempt } from './task-attempt.ts';
import type { TaskIntegration } from './task-integration.ts';

/** `arn:aws:states:::lambda:invoke` */
export const lambdaInvoke: TaskIntegration = {
  usesToken: false,
  start(args, visit, attempt) {
    callFunction(args, visit, attempt, (Payload) => {
      visit.checkSize(Payload, 'a result');
      attempt.succeed({ ExecutedVersion: '$LATEST', Payload, StatusCode: 200 });
    });
  },
};

/** `arn:aws:states:::lambda:invoke.waitForTaskToken`: the function's answer is ignored, its failure is the task's. */
export const lambdaInvokeWithToken: TaskIntegration = {
  usesToken: true,
  start(args, visit, attempt) {
    callFunction(args, visit, attempt, () => {
      if (!attempt.isOver) visit.record('TaskSubmitted');
    });
  },
};

function callFunction(
  { FunctionName, Payload }: Readonly<Record<string, unknown>>,
  visit: StateVisit,
  attempt: TaskAttempt,
  onAnswer: (answer: unknown) => void,
): void {
  if (typeof FunctionName !== 'string' || FunctionName === '') throw visit.queryFailure('FunctionName must be a string that is not empty.');
  // the function gets a copy: what it does to it must not reach the definition or other states
  const call = new FunctionCall(FunctionName, Payload === undefined ? {} : toPlainJson(Payload));
  attempt.whenOver((abandoned) => {
    if (abandoned !== undefined) call.abort(abandoned);
  });
  invoke(visit, call)
    .then((returned) => onAnswer(answerOf(returned)))
    .catch((thrown: unknown) => {
      if (thrown !== ENDED) attempt.fail(failureOf(thrown));
    });
}

/** The invocation, also where the invoker throws before it returns a promise. */
async function invoke(visit: StateVisit, call: FunctionCall): Promise<unknown> {
  return visit.thread.execution.engine.invoke(call);
}
