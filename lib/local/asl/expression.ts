import type Jsonata from 'jsonata';
import { jsonata } from '../../model/lazy-jsonata.ts';
import { type ExpressionSources, registerAwsFunctions } from './aws-functions.ts';
import { guardEvaluations } from './evaluation-guard.ts';
import type { AslLimits } from './limits.ts';
import { NotJson, toPlainJson } from './plain-json.ts';
import { plainPath } from './plain-path.ts';
import { COMPLEX, type PathResolver, pathResolver, type QueryScope } from './property-path.ts';
import type { StateFailure } from './state-failure.ts';

/** What evaluating an expression needs to know of the state it stands in. */
export interface EvaluationScope extends QueryScope {
  /** `$states` as JSONata sees it. */
  statesObject(): Record<string, unknown>;
  /** All variables in sight, without the `$`. */
  allVariables(): Record<string, unknown>;
  /** The failure of the state for that reason. */
  queryFailure(reason: string): StateFailure;
}

/** The JSONata of a string `{% … %}`, or undefined for any other string. */
export function expressionText(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** The expressions of one definition: each text is compiled once, a plain path only where JSONata has to walk it. */
export class ExpressionCompiler {
  readonly #sources: ExpressionSources;
  readonly #limits: AslLimits;
  readonly #compiled = new Map<string, Expression>();

  constructor(sources: ExpressionSources, limits: AslLimits) {
    this.#sources = sources;
    this.#limits = limits;
  }

  /** @throws where the text is not JSONata. */
  compile(text: string): Expression {
    let expression = this.#compiled.get(text);
    if (expression === undefined) {
      const plain = plainPath(text);
      const query = plain === undefined ? this.#query(text) : undefined;
      expression = new Expression(text, plain ?? query?.ast(), () => query ?? this.#query(text));
      this.#compiled.set(text, expression);
    }
    return expression;
  }

  #query(text: string): Jsonata.Expression {
    const query = jsonata(text, { stack: this.#limits.evaluationDepth });
    registerAwsFunctions(query, this.#sources);
    guardEvaluations(query, this.#limits);
    return query;
  }
}

export class Expression {
  readonly #text: string;
  readonly #compile: () => Jsonata.Expression;
  readonly #path: PathResolver | undefined;
  #query: Jsonata.Expression | undefined;

  constructor(text: string, ast: unknown, compile: () => Jsonata.Expression) {
    this.#text = text;
    this.#compile = compile;
    this.#path = pathResolver(ast);
  }

  /**
   * The value, at once where the expression is a plain path, else as a promise.
   *
   * @param field the field that the expression stands in, for messages
   * @throws the scope's query failure, also where the value is undefined
   */
  evaluate(scope: EvaluationScope, field: string): unknown {
    if (this.#path !== undefined) {
      const value = this.#path(scope);
      if (value !== COMPLEX) return value === undefined ? this.#failUndefined(scope, field) : value;
    }
    return this.#query_(scope, field);
  }

  /** What JSONata answers, with no short cut. */
  async #query_(scope: EvaluationScope, field: string): Promise<unknown> {
    let value: unknown;
    try {
      this.#query ??= this.#compile();
      value = await this.#query.evaluate(undefined, { ...scope.allVariables(), states: scope.statesObject() });
      if (value !== undefined) return toPlainJson(value);
    } catch (error) {
      throw scope.queryFailure(
        `${this.#describe(field)} ${error instanceof NotJson ? `returned a ${error.what}, which is not JSON.` : `failed: ${messageOf(error)}`}`,
      );
    }
    return this.#failUndefined(scope, field);
  }

  #failUndefined(scope: EvaluationScope, field: string): never {
    throw scope.queryFailure(`${this.#describe(field)} returned nothing (undefined).`);
  }

  #describe(field: string): string {
    return `The JSONata expression '${this.#text}' specified for the field '${field}'`;
  }
}

/** JSONata throws plain objects. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}
