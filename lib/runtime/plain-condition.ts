import { jsonata } from '../model/lazy-jsonata.ts';

/** Of one argument, whose answer takes time in proportion to it at the most. */
const PLAIN_FUNCTIONS: ReadonlySet<unknown> = new Set([
  'exists',
  'not',
  'boolean',
  'count',
  'length',
  'lowercase',
  'uppercase',
  'type',
  'sum',
]);
const PLAIN_OPERATORS: ReadonlySet<unknown> = new Set(['and', 'or', '=', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%']);

/** As far as plain conditions have it. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [part: string]: unknown;
}

/**
 * Whether a condition only compares values that it names: paths, literals, operators and a few functions. Such a one visits each of its nodes
 * once and makes nothing larger than what it is given, so it needs no limits. That is what nearly all conditions are.
 */
export function isPlainCondition(text: string): boolean {
  try {
    return isPlain(jsonata(text).ast() as unknown as Node);
  } catch {
    return false;
  }
}

function isPlain(node: Node): boolean {
  switch (node.type) {
    case 'number':
    case 'string':
    case 'value':
      return true;
    case 'path':
      return node.group === undefined && nodesOf(node.steps).every(isPlainStep);
    case 'binary':
      return PLAIN_OPERATORS.has(node.value) && [node.lhs, node.rhs].every((side) => isPlain(side as Node));
    case 'unary':
      return (node.value === '-' && isPlain(node.expression as Node)) || (node.value === '[' && nodesOf(node.expressions).every(isPlain));
    case 'block':
      return nodesOf(node.expressions).length === 1 && nodesOf(node.expressions).every(isPlain);
    case 'function':
      return (
        PLAIN_FUNCTIONS.has((node.procedure as Node).value) &&
        nodesOf(node.arguments).length === 1 &&
        nodesOf(node.arguments).every(isPlain)
      );
    default:
      return false;
  }
}

/** A key, or `$` before the first, with an index behind it or not. */
function isPlainStep(step: Node): boolean {
  const isKey = step.type === 'name' || (step.type === 'variable' && (step.value === '' || step.value === '$'));
  const isBare = step.predicate === undefined && step.group === undefined && step.tuple === undefined && step.focus === undefined;
  return isKey && isBare && nodesOf(step.stages).every((stage) => stage.type === 'filter' && (stage.expr as Node).type === 'number');
}

function nodesOf(nodes: unknown): readonly Node[] {
  return Array.isArray(nodes) ? nodes : [];
}
