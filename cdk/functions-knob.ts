import * as z from 'zod';
import { FUNCTION_NAMES } from '../lambdas/function-names.ts';

/** Lambda's own limits. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const memoryMb = z.int().min(128).max(10_240);
const overrides = z.strictObject({
  memoryMb: memoryMb.optional(),
  timeoutSec: z.int().min(1).max(900).optional(),
  /** 0 stops the function. */
  reservedConcurrency: z.int().min(0).optional(),
});

/** `{"run-task": {"memoryMb": 1024}, …}` */
export const functionsKnob = z.partialRecord(z.enum(FUNCTION_NAMES), overrides);
