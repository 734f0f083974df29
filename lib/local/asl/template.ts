import { type EvaluationScope, type Expression, type ExpressionCompiler, expressionText } from './expression.ts';
import { setOwn } from './plain-json.ts';

/** A value of a definition that may have expressions in it, compiled. */
export interface Template {
  /** Whether every evaluation gives the very same value. */
  readonly isConstant: boolean;
  /** The value, or a promise of it where an expression needs JSONata. A constant is shared: nobody may change it. */
  evaluate(scope: EvaluationScope): unknown;
}

/** @param field the path of the field, as messages have it: `Arguments/Payload/run_id` */
export function compileTemplate(value: unknown, field: string, expressions: ExpressionCompiler): Template {
  if (typeof value === 'string') {
    const text = expressionText(value);
    return text === undefined ? new Constant(value) : new Evaluated(expressions.compile(text), field);
  }
  if (typeof value !== 'object' || value === null) return new Constant(value);
  const isArray = Array.isArray(value);
  const parts = Object.entries(value).map(([key, part]) => ({ key, template: compileTemplate(part, `${field}/${key}`, expressions) }));
  return parts.every(({ template }) => template.isConstant) ? new Constant(value) : new Composite(isArray, parts);
}

class Constant implements Template {
  readonly isConstant = true;
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  evaluate(): unknown {
    return this.#value;
  }
}

class Evaluated implements Template {
  readonly isConstant = false;
  readonly #expression: Expression;
  readonly #field: string;

  constructor(expression: Expression, field: string) {
    this.#expression = expression;
    this.#field = field;
  }

  evaluate(scope: EvaluationScope): unknown {
    return this.#expression.evaluate(scope, this.#field);
  }
}

interface Part {
  readonly key: string;
  readonly template: Template;
}

class Composite implements Template {
  readonly isConstant = false;
  readonly #isArray: boolean;
  readonly #parts: readonly Part[];

  constructor(isArray: boolean, parts: readonly Part[]) {
    this.#isArray = isArray;
    this.#parts = parts;
  }

  evaluate(scope: EvaluationScope): unknown {
    const target = (this.#isArray ? [] : {}) as Record<string, unknown>;
    for (let i = 0; i < this.#parts.length; i++) {
      const { key, template } = this.#parts[i] as Part;
      const value = template.evaluate(scope);
      if (value instanceof Promise) return this.#finish(target, i, value, scope);
      setOwn(target, key, value);
    }
    return target;
  }

  /** The rest, one by one, from the first part that takes time. */
  async #finish(target: Record<string, unknown>, from: number, first: Promise<unknown>, scope: EvaluationScope): Promise<unknown> {
    let value: unknown = await first;
    for (let i = from; ; ) {
      setOwn(target, (this.#parts[i] as Part).key, value);
      if (++i >= this.#parts.length) return target;
      value = await (this.#parts[i] as Part).template.evaluate(scope);
    }
  }
}
