import type { FunctionNames } from '../compiler/emit.ts';

/** What the functions are called where a name is enough: in local runs and in definitions written to a file. */
export const FUNCTION_NAMES = {
  runTask: 'run-task',
  admitTask: 'admit-task',
  listItems: 'list-items',
  settleTask: 'settle-task',
  finishRun: 'finish-run',
} as const satisfies FunctionNames;

/** Machines of the interpreter live in an account and a region of their own. */
export function localMachineArn(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
}
