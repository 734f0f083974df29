/** What a supported field takes; `field-checks.ts` has a check for each. */
export type FieldKind =
  | 'text'
  | 'jsonata'
  | 'version'
  | 'stateName'
  | 'end'
  | 'states'
  | 'branches'
  | 'itemProcessor'
  | 'processorConfig'
  | 'inlineMode'
  | 'type'
  | 'resource'
  | 'arguments'
  | 'template'
  | 'textTemplate'
  | 'assign'
  | 'items'
  | 'timeoutSec'
  | 'timeoutSecTemplate'
  | 'waitSecTemplate'
  | 'countTemplate'
  | 'condition'
  | 'choices'
  | 'retriers'
  | 'catchers'
  | 'errorNames'
  | 'retryInterval'
  | 'retryAttempts'
  | 'backoffRate'
  | 'retryMaxDelay'
  | 'jitterStrategy';

export interface SupportedField {
  readonly kind: FieldKind;
  readonly required?: true;
  readonly note: string;
}

/** A part of a definition: its fields, and those of ASL that are rejected, each with the reason. */
export interface Section {
  readonly title: string;
  readonly supported: Readonly<Record<string, SupportedField>>;
  readonly unsupported: Readonly<Record<string, string>>;
}

const JSONPATH_ONLY = 'JSONPath only';
const JSONPATH_IO = {
  InputPath: JSONPATH_ONLY,
  OutputPath: JSONPATH_ONLY,
  Parameters: JSONPATH_ONLY,
  ResultPath: JSONPATH_ONLY,
  ResultSelector: JSONPATH_ONLY,
} as const;

const COMMENT = { kind: 'text', note: 'ignored' } as const;
const OUTPUT = { kind: 'template', note: 'any JSON with expressions in it; at most 256 KiB' } as const;
const ASSIGN = {
  kind: 'assign',
  note: 'evaluated when the state ends, on the variables as they were when it began; no name that a scope around it assigns',
} as const;
const COMMON = {
  Type: { kind: 'type', required: true, note: 'Task, Parallel, Map, Pass, Wait, Choice, Succeed, Fail' },
  Comment: COMMENT,
  QueryLanguage: { kind: 'jsonata', note: '`JSONata`' },
} as const satisfies Record<string, SupportedField>;
const TRANSITION = {
  Next: { kind: 'stateName', note: 'either this or End' },
  End: { kind: 'end', note: '`true`' },
} as const satisfies Record<string, SupportedField>;
const RECOVERY = {
  Retry: { kind: 'retriers', note: 'counters per retrier within one visit of the state' },
  Catch: { kind: 'catchers', note: 'also for failures of Arguments, Output and Assign' },
} as const satisfies Record<string, SupportedField>;
const SCOPE = {
  StartAt: { kind: 'stateName', required: true, note: 'a state of the same scope' },
  States: { kind: 'states', required: true, note: 'names of 1 to 80 characters, unique in the whole definition; all must be reachable' },
} as const satisfies Record<string, SupportedField>;
const LAMBDA_REST = {
  ClientContext: 'functions get the payload only',
  InvocationType: 'functions are always waited for',
  LogType: 'functions have no log here',
  Qualifier: 'functions have no versions here',
} as const;
const QUERY_LANGUAGE_OF_SCOPE = { QueryLanguage: 'stands at the top level' } as const;

/**
 * The one list of what the interpreter does. Validation rejects what is not in it, and docs/asl-support.md is written from it.
 */
export const SUPPORT = {
  machine: {
    title: 'State machine',
    supported: {
      Comment: COMMENT,
      QueryLanguage: { kind: 'jsonata', required: true, note: '`JSONata`, required' },
      Version: { kind: 'version', note: '`1.0`' },
      TimeoutSeconds: { kind: 'timeoutSec', note: 'the execution ends as TIMED_OUT' },
      ...SCOPE,
    },
    unsupported: {},
  },
  Task: {
    title: 'Task',
    supported: {
      ...COMMON,
      ...TRANSITION,
      ...RECOVERY,
      Resource: { kind: 'resource', required: true, note: 'one of the three below' },
      Arguments: { kind: 'arguments', required: true, note: 'an object, evaluated anew for each attempt; fields below' },
      TimeoutSeconds: { kind: 'timeoutSecTemplate', note: 'a whole number or an expression; counts for each attempt' },
      HeartbeatSeconds: { kind: 'timeoutSecTemplate', note: 'only with `.waitForTaskToken`; less than TimeoutSeconds' },
      Output: OUTPUT,
      Assign: ASSIGN,
    },
    unsupported: {
      Credentials: 'there are no roles here',
      TimeoutSecondsPath: JSONPATH_ONLY,
      HeartbeatSecondsPath: JSONPATH_ONLY,
      ...JSONPATH_IO,
    },
  },
  Parallel: {
    title: 'Parallel',
    supported: {
      ...COMMON,
      ...TRANSITION,
      ...RECOVERY,
      Branches: { kind: 'branches', required: true, note: 'one or more; the first failure ends the others' },
      Arguments: { kind: 'template', note: "the branches' input, else the state's own" },
      Output: OUTPUT,
      Assign: ASSIGN,
    },
    unsupported: { ...JSONPATH_IO },
  },
  Map: {
    title: 'Map',
    supported: {
      ...COMMON,
      ...TRANSITION,
      ...RECOVERY,
      Items: { kind: 'items', note: 'a literal array or an expression that gives one; else the input must be an array' },
      ItemSelector: { kind: 'template', note: 'sees `$states.context.Map.Item`' },
      ItemProcessor: { kind: 'itemProcessor', required: true, note: 'inline only' },
      MaxConcurrency: { kind: 'countTemplate', note: 'a whole number or an expression; 0 asks for no limit; never more than 40 at once' },
      Output: OUTPUT,
      Assign: ASSIGN,
    },
    unsupported: {
      Iterator: 'replaced by ItemProcessor',
      ItemsPath: JSONPATH_ONLY,
      MaxConcurrencyPath: JSONPATH_ONLY,
      ItemReader: 'Distributed Map only',
      ItemBatcher: 'Distributed Map only',
      ResultWriter: 'Distributed Map only',
      Label: 'Distributed Map only',
      ToleratedFailureCount: 'Distributed Map only',
      ToleratedFailurePercentage: 'Distributed Map only',
      ToleratedFailureCountPath: JSONPATH_ONLY,
      ToleratedFailurePercentagePath: JSONPATH_ONLY,
      ...JSONPATH_IO,
    },
  },
  Pass: {
    title: 'Pass',
    supported: { ...COMMON, ...TRANSITION, Output: OUTPUT, Assign: ASSIGN },
    unsupported: { Result: 'JSONPath only; use Output', ...JSONPATH_IO },
  },
  Wait: {
    title: 'Wait',
    supported: {
      ...COMMON,
      ...TRANSITION,
      Seconds: { kind: 'waitSecTemplate', required: true, note: 'a whole number or an expression' },
      Output: OUTPUT,
      Assign: ASSIGN,
    },
    unsupported: { Timestamp: 'use Seconds', SecondsPath: JSONPATH_ONLY, TimestampPath: JSONPATH_ONLY, ...JSONPATH_IO },
  },
  Choice: {
    title: 'Choice',
    supported: {
      ...COMMON,
      Choices: { kind: 'choices', required: true, note: 'one or more rules; the first whose Condition is true is taken' },
      Default: { kind: 'stateName', note: 'without it, no match is `States.NoChoiceMatched`' },
      Output: { kind: 'template', note: 'where Default is taken' },
      Assign: { kind: 'assign', note: 'where Default is taken' },
    },
    unsupported: { ...JSONPATH_IO },
  },
  Succeed: {
    title: 'Succeed',
    supported: { ...COMMON, Output: OUTPUT },
    unsupported: { ...JSONPATH_IO },
  },
  Fail: {
    title: 'Fail',
    supported: {
      ...COMMON,
      Error: { kind: 'textTemplate', note: 'text or an expression that gives text' },
      Cause: { kind: 'textTemplate', note: 'text or an expression that gives text' },
    },
    unsupported: { ErrorPath: JSONPATH_ONLY, CausePath: JSONPATH_ONLY },
  },
  branch: { title: 'Branch of a Parallel', supported: { Comment: COMMENT, ...SCOPE }, unsupported: QUERY_LANGUAGE_OF_SCOPE },
  itemProcessor: {
    title: 'ItemProcessor',
    supported: { Comment: COMMENT, ProcessorConfig: { kind: 'processorConfig', note: 'its Mode' }, ...SCOPE },
    unsupported: QUERY_LANGUAGE_OF_SCOPE,
  },
  processorConfig: {
    title: 'ProcessorConfig',
    supported: { Mode: { kind: 'inlineMode', note: '`INLINE`' } },
    unsupported: { ExecutionType: 'Distributed Map only' },
  },
  choiceRule: {
    title: 'Rule of a Choice',
    supported: {
      Comment: COMMENT,
      Condition: { kind: 'condition', required: true, note: 'an expression that gives true or false, or one of these' },
      Next: { kind: 'stateName', required: true, note: 'a state of the same scope' },
      Output: OUTPUT,
      Assign: ASSIGN,
    },
    unsupported: { Variable: JSONPATH_ONLY, And: JSONPATH_ONLY, Or: JSONPATH_ONLY, Not: JSONPATH_ONLY },
  },
  retrier: {
    title: 'Retrier',
    supported: {
      Comment: COMMENT,
      ErrorEquals: { kind: 'errorNames', required: true, note: '`States.ALL` alone and in the last retrier' },
      IntervalSeconds: { kind: 'retryInterval', note: '1 to 99,999,999, 1 if absent' },
      MaxAttempts: { kind: 'retryAttempts', note: '0 to 99,999,999, 3 if absent' },
      BackoffRate: { kind: 'backoffRate', note: '1.0 or more, 2.0 if absent' },
      MaxDelaySeconds: { kind: 'retryMaxDelay', note: '1 to 31,622,400, more than IntervalSeconds' },
      JitterStrategy: { kind: 'jitterStrategy', note: '`FULL` or `NONE`' },
    },
    unsupported: {},
  },
  catcher: {
    title: 'Catcher',
    supported: {
      Comment: COMMENT,
      ErrorEquals: { kind: 'errorNames', required: true, note: '`States.ALL` alone and in the last catcher' },
      Next: { kind: 'stateName', required: true, note: 'a state of the same scope' },
      Output: { kind: 'template', note: 'else `$states.errorOutput`' },
      Assign: ASSIGN,
    },
    unsupported: { ResultPath: JSONPATH_ONLY },
  },
  'arn:aws:states:::lambda:invoke': {
    title: 'Arguments of `arn:aws:states:::lambda:invoke`',
    supported: {
      FunctionName: { kind: 'textTemplate', required: true, note: 'handed to the function invoker as it is' },
      Payload: { kind: 'template', note: '`{}` if absent; the function gets a copy' },
    },
    unsupported: LAMBDA_REST,
  },
  'arn:aws:states:::lambda:invoke.waitForTaskToken': {
    title: 'Arguments of `arn:aws:states:::lambda:invoke.waitForTaskToken`',
    supported: {
      FunctionName: { kind: 'textTemplate', required: true, note: 'handed to the function invoker as it is' },
      Payload: { kind: 'template', note: '`{}` if absent; `$states.context.Task.Token` is new for each attempt' },
    },
    unsupported: LAMBDA_REST,
  },
  'arn:aws:states:::states:startExecution.sync:2': {
    title: 'Arguments of `arn:aws:states:::states:startExecution.sync:2`',
    supported: {
      StateMachineArn: { kind: 'textTemplate', required: true, note: 'a machine of the same engine' },
      Input: { kind: 'template', note: '`{}` if absent' },
      Name: { kind: 'textTemplate', note: 'made up if absent' },
    },
    unsupported: { TraceHeader: 'nothing is traced here' },
  },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof SUPPORT;
