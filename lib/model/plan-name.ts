import { z } from 'zod';

/** Of a stored plan; it becomes part of keys and of paths. */
export const planName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, {
  error: 'expected 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first',
});
