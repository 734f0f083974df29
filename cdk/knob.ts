import * as z from 'zod';

/** Values are JSON in cdk.json and strings after `-c`: `-c maxParallelTasks=20 -c 'agentTarget={"type":"lambda","arn":"…"}'`. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value; // a plain word
  }
};

/** A value that may be left out. An empty one is: the command line has no other way to take back what cdk.json says. */
const optional = <T extends z.core.$ZodType>(read: (value: unknown) => unknown, schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : read(value)), z.optional(schema));

export const knob = <T extends z.core.$ZodType>(schema: T) => optional(fromText, schema);

/** A knob that takes a word as it stands: `123` is one too. */
export const word = <T extends z.core.$ZodType>(schema: T) =>
  optional((value) => (typeof value === 'number' ? String(value) : value), schema);
