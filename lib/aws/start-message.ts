import { z } from 'zod';

const message = z.object({ run_id: z.string().min(1) });

/** The run that a message of the start queue is about. @throws when it is none of ours */
export function readStartMessage(body: string): string {
  return message.parse(JSON.parse(body)).run_id;
}
