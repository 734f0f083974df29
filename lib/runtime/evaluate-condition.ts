import { spawnSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConditionAnswer, ConditionInput } from './conditions.ts';
import { jsonataCondition } from './jsonata-condition.ts';
import { isPlainCondition } from './plain-condition.ts';

/** Of a condition that is not plain: from the start of its process to its end, and what it may keep in memory. */
export const CONDITION_LIMITS = { ms: 1_000, heapMb: 64 } as const;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Beside this file, as source, compiled or bundled. */
const PROGRAM = fileURLToPath(new URL(`./condition-process${extname(import.meta.url)}`, import.meta.url));

/**
 * Conditions come with plans, so nothing of them is believed. One that only compares values is evaluated here; every other one, which could
 * loop, recurse or build up values, in a process of its own. Nothing else ends it for certain: a regular expression does not let go of its
 * thread, and a thread that runs out of memory takes the process with it.
 *
 * Waits for that process without giving the event loop a turn, as time on a virtual clock would go on meanwhile.
 */
export async function evaluateCondition(text: string, input: ConditionInput): Promise<ConditionAnswer> {
  return isPlainCondition(text) ? jsonataCondition(text, input) : inOwnProcess(text, input);
}

function inOwnProcess(text: string, input: ConditionInput): ConditionAnswer {
  const { ms, heapMb } = CONDITION_LIMITS;
  const { status, stdout } = spawnSync(process.execPath, [`--max-old-space-size=${heapMb}`, PROGRAM], {
    input: JSON.stringify({ text, input }),
    timeout: ms,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_ANSWER_BYTES,
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (status === 0) return JSON.parse(stdout.toString()) as ConditionAnswer;
  return { error: `it takes more than ${ms} ms or ${heapMb} MB` };
}
