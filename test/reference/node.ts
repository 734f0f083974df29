import { FINAL, type Final } from './trigger-rules.ts';
import type { Json, JsonRecord } from './whole-plan.ts';
import { type Definition, isWithin, ruleOf } from './written-plan.ts';

/** A task as it is there while the plan runs: of a foreach once as a whole, and once for each item. */
export interface Node {
  readonly id: string;
  readonly definition: Definition;
  readonly role: 'task' | 'compound' | 'foreach' | 'begin';
  /** The compound or foreach that it is in; of a begin, the one that it begins. */
  readonly parent: Node | undefined;
  readonly item: { readonly item: Json; readonly index: number } | undefined;
  /** Of a compound or foreach. */
  readonly begin: Node | undefined;
  readonly subtasks: Node[];
  /** `waits` for others, or, when they let it run, for a `place`; then it `runs`, or waits for another attempt (`again`). */
  status: 'waits' | 'place' | 'runs' | 'again' | Final;
  /** When it was let run; when its first attempt began; when its attempt, or its wait for the next one, ends; when it ended. */
  readyMs: number;
  startMs: number | undefined;
  dueMs: number;
  endMs: number;
  attempt: number;
  inputs: JsonRecord;
  outputs: JsonRecord;
}

export function isFinal({ status }: Pick<Node, 'status'>): boolean {
  return FINAL.includes(status);
}

export function hasWhollyEnded(node: Node): boolean {
  return isFinal(node) && node.subtasks.every(hasWhollyEnded);
}

/** Of a begin, what it begins. */
export function wholeOf(node: Node): Node {
  return node.role === 'begin' ? node.parent! : node;
}

/** By which a task or a begin is let run: that of a foreach is not its items'. */
export function startRuleOf(node: Node): string {
  return wholeOf(node).item === undefined ? ruleOf(node.definition.task) : 'all_success';
}

export function failedOf(items: readonly Node[]): number {
  return items.filter(({ status }) => status === 'failed' || status === 'blocked').length;
}

/** The task that is meant by where it is written, for who looks from where it stands. */
export function nodeOf(definition: Definition, from: Node, roots: readonly Node[]): Node {
  const isAround = ({ definition: around }: Node): boolean => isWithin(definition, around);
  let scope = from.parent;
  while (scope !== undefined && !isAround(scope)) scope = scope.parent;
  for (let among = scope === undefined ? roots : scope.subtasks; ; ) {
    const next = among.find((node) => node.definition === definition || isAround(node))!;
    if (next.definition === definition) return next;
    among = next.subtasks;
  }
}
