/** What an expression can see: `$states` and the variables. */
export interface QueryScope {
  /** `$states.<name>` for input, result and errorOutput; undefined where there is none. */
  readonly input: unknown;
  readonly result: unknown;
  readonly errorOutput: unknown;
  /** `$states.context.<name>`. */
  contextPart(name: string): unknown;
  /** The variable of that name, without the `$`; undefined where none is set. */
  variable(name: string): unknown;
}

/** Finds the value of a path, or COMPLEX where only JSONata itself knows it. */
export type PathResolver = (scope: QueryScope) => unknown;

/** The path meets an array on its way: JSONata maps, flattens and collapses there. */
export const COMPLEX = Symbol('left to JSONata');

interface Step {
  readonly key: string;
  readonly index: number | undefined;
}

/**
 * A resolver for an expression that only walks properties, such as `$states.input[2]` or `$order.address.city`; undefined for any other.
 *
 * It reads the syntax tree, not the text, and takes only nodes whose every field it knows, so that what it answers is what JSONata would
 * answer. Only own properties are seen.
 */
export function pathResolver(ast: unknown): PathResolver | undefined {
  const nodes = pathNodes(ast);
  const variable = nodes && variableName(nodes[0]);
  if (nodes === undefined || variable === undefined) return undefined;
  const steps = nodes.slice(1).map(stepOf);
  if (!steps.every((step) => step !== undefined)) return undefined;
  if (variable !== 'states') {
    return (scope) => {
      const root = scope.variable(variable);
      // an unset variable may still be one of JSONata's functions
      return root === undefined ? COMPLEX : walk(root, steps, 0);
    };
  }
  return statesResolver(steps);
}

function statesResolver(steps: readonly Step[]): PathResolver | undefined {
  const [first, second] = steps;
  if (first === undefined) return undefined;
  const rest = steps.slice(1);
  switch (first.key) {
    case 'input':
      return (scope) => walk(item(scope.input, first.index, rest.length === 0), rest, 0);
    case 'result':
      return (scope) => walk(item(scope.result, first.index, rest.length === 0), rest, 0);
    case 'errorOutput':
      return (scope) => walk(item(scope.errorOutput, first.index, rest.length === 0), rest, 0);
    case 'context':
      if (second === undefined || first.index !== undefined || second.index !== undefined) return undefined;
      return (scope) => walk(scope.contextPart(second.key), rest, 1);
    default:
      return undefined;
  }
}

function walk(root: unknown, steps: readonly Step[], from: number): unknown {
  let value = root;
  for (let i = from; i < steps.length; i++) {
    const { key, index } = steps[i] as Step;
    if (value === COMPLEX || Array.isArray(value)) return COMPLEX;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = item((value as Record<string, unknown>)[key], index, i === steps.length - 1);
  }
  return value;
}

/** `value[index]`: JSONata treats what is no array as an array of one, and flattens an array of arrays unless it is the last step. */
function item(value: unknown, index: number | undefined, isLast: boolean): unknown {
  if (index === undefined) return value;
  if (!Array.isArray(value)) return index === 0 ? value : undefined;
  const found: unknown = value[index];
  return Array.isArray(found) && !isLast ? COMPLEX : found;
}

type Node = Readonly<Record<string, unknown>>;

function pathNodes(ast: unknown): readonly Node[] | undefined {
  if (!isNode(ast)) return undefined;
  if (ast.type === 'variable') return [ast];
  return ast.type === 'path' && hasOnly(ast, ['type', 'steps']) && Array.isArray(ast.steps) && ast.steps.every(isNode)
    ? ast.steps
    : undefined;
}

function variableName(node: Node | undefined): string | undefined {
  if (node?.type !== 'variable' || !hasOnly(node, ['type', 'value', 'position']) || typeof node.value !== 'string') return undefined;
  // `$` and `$$` are the context, not variables
  return /^\w/.test(node.value) ? node.value : undefined;
}

function stepOf(node: Node): Step | undefined {
  if (node.type !== 'name' || typeof node.value !== 'string' || !hasOnly(node, ['type', 'value', 'position', 'stages'])) return undefined;
  if (node.stages === undefined) return { key: node.value, index: undefined };
  const [stage, ...others] = Array.isArray(node.stages) ? node.stages : [];
  if (others.length > 0 || !isNode(stage) || stage.type !== 'filter' || !hasOnly(stage, ['type', 'expr', 'position'])) return undefined;
  const index = stage.expr;
  if (!isNode(index) || index.type !== 'number' || !hasOnly(index, ['type', 'value', 'position'])) return undefined;
  const { value } = index;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? { key: node.value, index: value } : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function hasOnly(node: Node, fields: readonly string[]): boolean {
  return Object.keys(node).every((field) => fields.includes(field));
}
