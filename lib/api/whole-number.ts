import { z } from 'zod';

/** Text of a query that is a whole number in decimal digits: `Number` takes far more for one, an empty text included. */
export function wholeNumber<T extends z.ZodType<number, number>>(range: T) {
  return z
    .string()
    .regex(/^-?\d+$/, { error: 'expected a whole number' })
    .transform(Number)
    .pipe(range);
}
