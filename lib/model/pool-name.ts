import * as z from 'zod/mini';

/** Of a pool; it becomes part of keys. */
export const poolName = z.string().check(
  z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, {
    error: 'expected 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first',
  }),
);

/** Of a pool that all runs share: one item has all that hold its places. */
export const MAX_SHARED_PLACES = 5_000;
