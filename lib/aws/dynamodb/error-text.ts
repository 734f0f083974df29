import type { TaskError } from '../../runtime/ports/tasks.ts';

/** So that an error never makes an item too large; Step Functions cuts causes at 32,768. */
export const MAX_MESSAGE_LENGTH = 16_384;
const ELLIPSIS = '…';

export function writeError({ code, message }: TaskError): string {
  return JSON.stringify({
    code,
    message: message.length <= MAX_MESSAGE_LENGTH ? message : message.slice(0, MAX_MESSAGE_LENGTH - 1) + ELLIPSIS,
  });
}

export function readError(text: string | undefined): TaskError | null {
  return text === undefined ? null : (JSON.parse(text) as TaskError);
}
