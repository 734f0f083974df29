import { z } from 'zod';

/** What a client makes up: printable ASCII, so that it comes through any proxy as it is. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, { error: 'expected 1 to 255 printable ASCII characters' });
