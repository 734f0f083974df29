import { type ExpressionCompiler, expressionText, messageOf } from './expression.ts';
import { type AslLimits, MAX_RETRY_DELAY_SEC, MAX_WAIT_SEC } from './limits.ts';
import { type Problems, pathTo } from './problems.ts';
import type { FieldKind } from './support-table.ts';

/** What a check of a single field may use. */
export interface CheckContext {
  readonly problems: Problems;
  readonly expressions: ExpressionCompiler;
  readonly limits: AslLimits;
}

export type FieldCheck = (value: unknown, path: string, context: CheckContext) => void;

/** Kinds whose fields have a structure of their own; `validate.ts` goes into them. */
export type StructuredKind =
  | 'states'
  | 'branches'
  | 'itemProcessor'
  | 'processorConfig'
  | 'choices'
  | 'retriers'
  | 'catchers'
  | 'type'
  | 'stateName'
  | 'arguments';

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

export const FIELD_CHECKS: Readonly<Record<Exclude<FieldKind, StructuredKind>, FieldCheck>> = {
  text: (value, path, { problems }) => {
    if (typeof value !== 'string') problems.add(path, 'must be a string');
  },
  jsonata: oneOf('JSONata'),
  version: oneOf('1.0'),
  inlineMode: oneOf('INLINE'),
  jitterStrategy: oneOf('FULL', 'NONE'),
  resource: oneOf(
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::states:startExecution.sync:2',
  ),
  end: (value, path, { problems }) => {
    if (value !== true) problems.add(path, 'must be true');
  },
  template: checkTemplate,
  textTemplate: (value, path, context) => {
    if (typeof value === 'string') checkTemplate(value, path, context);
    else context.problems.add(path, 'must be a string');
  },
  assign: checkAssign,
  items: (value, path, context) => {
    if (Array.isArray(value) || isExpression(value)) checkTemplate(value, path, context);
    else context.problems.add(path, 'must be an array or an expression');
  },
  timeoutSec: wholeNumber(1, MAX_WAIT_SEC),
  timeoutSecTemplate: numberOrExpression(wholeNumber(1, MAX_WAIT_SEC)),
  waitSecTemplate: numberOrExpression(wholeNumber(0, MAX_WAIT_SEC)),
  countTemplate: numberOrExpression(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  condition: (value, path, context) => {
    if (isExpression(value)) checkTemplate(value, path, context);
    else if (typeof value !== 'boolean') context.problems.add(path, 'must be an expression, true or false');
  },
  errorNames: (value, path, { problems }) => {
    if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
      problems.add(path, 'must be an array of one or more error names');
    } else if (value.length > 1 && value.includes('States.ALL')) {
      problems.add(path, 'States.ALL must stand alone');
    }
  },
  retryInterval: wholeNumber(1, MAX_WAIT_SEC),
  retryAttempts: wholeNumber(0, MAX_WAIT_SEC),
  retryMaxDelay: wholeNumber(1, MAX_RETRY_DELAY_SEC),
  backoffRate: (value, path, { problems }) => {
    if (typeof value !== 'number' || !(value >= 1)) problems.add(path, 'must be a number of 1.0 or more');
  },
};

function oneOf(...allowed: readonly string[]): FieldCheck {
  return (value, path, { problems }) => {
    if (!allowed.includes(value as string)) problems.add(path, `${JSON.stringify(value)} is not supported, only ${allowed.join(', ')}`);
  };
}

function wholeNumber(min: number, max: number): FieldCheck {
  return (value, path, { problems }) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
    problems.add(path, `must be a whole number from ${min} to ${max}`);
  };
}

function numberOrExpression(checkNumber: FieldCheck): FieldCheck {
  return (value, path, context) => (isExpression(value) ? checkTemplate : checkNumber)(value, path, context);
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && expressionText(value) !== undefined;
}

/** Every string in it is either plain or wholly an expression, and every expression is JSONata. */
export function checkTemplate(value: unknown, path: string, context: CheckContext): void {
  if (typeof value === 'string') {
    checkText(value, path, context);
  } else if (Array.isArray(value)) {
    value.forEach((part, index) => void checkTemplate(part, pathTo(path, index), context));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) checkTemplate(part, pathTo(path, key), context);
  }
}

function checkText(value: string, path: string, { problems, expressions }: CheckContext): void {
  const text = expressionText(value);
  if (text === undefined) {
    if (value.startsWith('{%') || value.endsWith('%}'))
      problems.add(path, 'an expression must begin with {% and end with %}, with nothing around it');
    return;
  }
  try {
    expressions.compile(text);
  } catch (error) {
    problems.add(path, `is not JSONata: ${messageOf(error)}`);
  }
}

function checkAssign(value: unknown, path: string, context: CheckContext): void {
  const { problems, limits } = context;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add(path, 'must be an object');
    return;
  }
  for (const [name, part] of Object.entries(value)) {
    if (name === 'states') problems.add(pathTo(path, name), 'this name is reserved');
    if (!VARIABLE_NAME.test(name)) problems.add(pathTo(path, name), 'a variable begins with a letter and has only letters, digits and _');
    if (name.length > limits.nameLength) problems.add(pathTo(path, name), `a variable's name has at most ${limits.nameLength} characters`);
    checkTemplate(part, pathTo(path, name), context);
  }
}
