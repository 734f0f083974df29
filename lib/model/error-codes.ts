interface ErrorCodeFacts {
  /** In one line. */
  readonly meaning: string;
  /** Trying again may help. */
  readonly recoverable: boolean;
}

/**
 * All codes. Families: E52 orchestration, E53 dependencies, E54 context and bindings, E55 resources, E56 validation,
 * E57 policies, E58 persistence, E59 agents.
 */
export const ERROR_CODES = {
  E5200: { meaning: 'the execution could not be carried out', recoverable: false },
  E5202: { meaning: 'an agent or tool failed', recoverable: false },
  E5203: { meaning: 'a task took longer than its timeout, or the run than its max_execution_time_sec', recoverable: true },
  E5204: { meaning: 'tasks failed', recoverable: false },
  E5205: { meaning: 'the retries of a task are used up', recoverable: false },
  E5207: { meaning: 'there is no such task', recoverable: false },
  E5301: { meaning: 'tasks wait for each other, or one for itself; or stored plans name each other', recoverable: false },
  E5302: { meaning: 'a dependency is not a task of the plan, or a plan_ref not a stored plan', recoverable: false },
  E5304: { meaning: 'dependency_graph contradicts the dependencies', recoverable: false },
  E5402: { meaning: 'a binding or a condition is malformed or has no value', recoverable: false },
  E5501: { meaning: 'the budget of tokens or cost is used up, or the estimates exceed it', recoverable: false },
  E5502: { meaning: 'there is no such pool', recoverable: false },
  E5503: { meaning: 'there is not enough memory or CPU', recoverable: false },
  E5600: { meaning: 'not a plan, or a value of the wrong type or range', recoverable: false },
  E5601: { meaning: 'two tasks have the same id', recoverable: false },
  E5602: { meaning: 'an unknown field', recoverable: false },
  E5604: { meaning: 'a limit is exceeded', recoverable: false },
  E5606: { meaning: 'a tool call without tool_name', recoverable: false },
  E5704: { meaning: 'a retry policy that makes no sense', recoverable: false },
  E5800: { meaning: 'the store cannot be used, or has the run already', recoverable: false },
  E5801: { meaning: 'the store is too busy', recoverable: false },
  E5802: { meaning: 'a value is missing from the store', recoverable: false },
  E5901: { meaning: 'the agent or tool could not be reached', recoverable: true },
  E5905: { meaning: 'an agent failed in a way that may pass', recoverable: true },
} as const satisfies Record<string, ErrorCodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isRecoverable(code: string): boolean {
  return Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[code as ErrorCode].recoverable;
}
