import * as z from 'zod';
import { MAX_SIZE_CLASSES } from './constructs/size-classes.ts';
import { memoryMb } from './functions-knob.ts';

/** Becomes part of the ids of constructs. */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, { error: 'expected 1 to 20 small letters, digits or dashes, a letter first' });

/** `[{"name": "small", "memoryMb": 512}, {"name": "large", "memoryMb": 4096}]` */
export const sizeClassesKnob = z.array(z.strictObject({ name, memoryMb })).min(1).max(MAX_SIZE_CLASSES);
