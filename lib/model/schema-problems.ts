import type { z } from 'zod';
import { describeIssue } from './describe-issue.ts';
import { didYouMean } from './did-you-mean.ts';
import type { ErrorCode } from './error-codes.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';
import { own } from './task-sketch.ts';

/** Adds what zod found in a value to the problems. */
export function addSchemaProblems(
  problems: ProblemList,
  error: z.ZodError,
  base: readonly PathStep[],
  shape: z.ZodObject,
  taskIds: readonly string[],
  value: JsonValue,
): void {
  for (const issue of error.issues) {
    const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(shape, issue.path);
      for (const key of issue.keys) {
        problems.add('E5602', [...path, key], `unknown field ${JSON.stringify(key)}`, taskIds, fieldHint(key, known));
      }
    } else {
      const isMissing = valueAt(value, issue.path) === undefined;
      problems.add(
        codeOf(issue.path),
        path,
        isMissing ? `is missing: it ${describeIssue(issue)}` : describeIssue(issue),
        taskIds,
        hintFor(issue, value),
      );
    }
  }
}

/** What other systems call the fields of a plan. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  depends_on: 'dependencies',
  needs: 'dependencies',
  upstream: 'dependencies',
  id: 'task_id',
  type: 'task_type',
  timeout: 'timeout_seconds',
  prompt: 'llm_prompt',
  retries: 'retry_policy',
  steps: 'tasks',
};

function fieldHint(given: string, known: readonly string[]): { hint?: string } {
  const meant = Object.hasOwn(OTHER_NAMES, given) ? OTHER_NAMES[given]! : given;
  return known.includes(meant) ? { hint: `did you mean ${JSON.stringify(meant)}?` } : didYouMean(given, known);
}

function hintFor(issue: z.core.$ZodIssue, value: JsonValue): { hint?: string } {
  if (issue.code === 'invalid_value') {
    const given = valueAt(value, issue.path);
    return typeof given === 'string' ? didYouMean(given, issue.values.map(String)) : {};
  }
  const isDependency = issue.path.length === 2 && issue.path[0] === 'dependencies' && issue.code === 'invalid_type';
  return isDependency ? { hint: 'write {"task_id": "…"}' } : {};
}

function valueAt(value: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else at = isJsonObject(at) ? own(at, String(step)) : undefined;
  }
  return at;
}

function codeOf(path: readonly PropertyKey[]): ErrorCode {
  return path[0] === 'retry_policy' ? 'E5704' : 'E5600';
}

/** The fields of the object that a path leads to; for lists, of their items. */
function knownKeys(shape: z.ZodObject, path: readonly PropertyKey[]): string[] {
  let schema: unknown = shape;
  for (const step of path) {
    const object = unwrap(schema);
    schema = typeof step === 'number' ? elementOf(object) : shapeOf(object)?.[String(step)];
  }
  return Object.keys(shapeOf(unwrap(schema)) ?? {});
}

interface Definition {
  readonly innerType?: unknown;
  readonly in?: unknown;
  readonly element?: unknown;
  readonly shape?: Record<string, unknown>;
}

function definitionOf(schema: unknown): Definition {
  return (schema as { readonly _zod?: { readonly def: Definition } } | undefined)?._zod?.def ?? {};
}

function unwrap(schema: unknown): unknown {
  const { innerType, in: input } = definitionOf(schema);
  const inner = innerType ?? input;
  return inner === undefined ? schema : unwrap(inner);
}

function elementOf(schema: unknown): unknown {
  return definitionOf(schema).element;
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  return definitionOf(schema).shape;
}
