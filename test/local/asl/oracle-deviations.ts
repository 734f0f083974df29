import type { Observed } from './oracle-case.ts';

/** Where AWS documents something else than the reference does: what is expected instead, by the case. */
export const DEVIATIONS: Readonly<Record<string, Partial<Observed>>> = {
  // "States.QueryEvaluationError: query evaluation failed, such as a JSONata type error": the reference lets the type error through as States.Runtime
  'choice-nonbool': { error: 'States.QueryEvaluationError' },
  'query-error-typed': { error: 'States.QueryEvaluationError' },
  // the same error can be caught by its name, also where it is in Output: the reference evaluates Output after Catch
  'query-error-catch': {
    status: 'SUCCEEDED',
    error: null,
    output: {
      Error: 'States.QueryEvaluationError',
      Cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.result.Payload.nope.deep' specified for the field 'Output' returned nothing (undefined).",
    },
    visited: ['A', 'H'],
  },
  // "States.HeartbeatTimeout is only available inside the Catch and Retry fields": the reference does not take it there
  'wftt-heartbeat': { status: 'SUCCEEDED', error: null, output: { Error: 'States.Timeout', Cause: '' }, visited: ['A', 'H'] },
  // "$uuid() returns a version 4 UUID", which has 36 characters: the reference puts something around it
  functions: {
    output: {
      u: 36,
      p: { a: [1, 2] },
      r: [0, 5, 10],
      pt: [[1, 2], [3, 4], [5]],
      rnd: true,
      rc: 'e0',
      sum: 3.5,
      big: 12345678901,
      div: 2.5,
      sort: [1, 2, 3],
    },
  },
  // "If the execution runs longer than the specified seconds, it fails with a States.Timeout error name": the reference gives none
  'exec-timeout': { error: 'States.Timeout' },
};
