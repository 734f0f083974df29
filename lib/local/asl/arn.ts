import { InvalidName } from './errors.ts';

const PREFIX = 'arn:aws:states:us-east-1:000000000000';

export function stateMachineArn(machineName: string): string {
  return `${PREFIX}:stateMachine:${machineName}`;
}

export function executionArn(machineName: string, executionName: string): string {
  return `${PREFIX}:execution:${machineName}:${executionName}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being looked for
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/;

/**
 * A machine's or an execution's name.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 *
 * @throws InvalidName
 */
export function checkName(name: string, maxLength: number): void {
  if (name.length < 1 || name.length > maxLength)
    throw new InvalidName(`A name has 1 to ${maxLength} characters, this one has ${name.length}`);
  const found = FORBIDDEN.exec(name)?.[0];
  if (found !== undefined) throw new InvalidName(`A name must not have ${JSON.stringify(found)} in it: ${JSON.stringify(name)}`);
}
