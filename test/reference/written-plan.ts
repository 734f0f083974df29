import type { Json, JsonRecord, PlanTask, WholePlan } from './whole-plan.ts';

/** A task where it is written. */
export interface Definition {
  readonly task: PlanTask;
  readonly parent: Definition | undefined;
  readonly subtasks: Definition[];
}

const ONE_BINDING = /^\{\{([^}]+)\}\}$/;

/** A plan as it is written: which task is meant by a name, and what each waits for. */
export class WrittenPlan {
  readonly tasks: readonly Definition[];
  readonly #own = new Map<Definition, readonly Definition[]>();

  constructor(plan: WholePlan) {
    const define = (task: PlanTask, parent: Definition | undefined): Definition => {
      const definition: Definition = { task, parent, subtasks: [] };
      definition.subtasks.push(...(task.subtasks ?? []).map((subtask) => define(subtask, definition)));
      return definition;
    };
    this.tasks = plan.tasks.map((task) => define(task, undefined));
  }

  /** What a task as it is written depends on itself; a foreach also on what is bound in its items and lies outside of it. */
  ownOf(definition: Definition): readonly Definition[] {
    let own = this.#own.get(definition);
    if (own === undefined) {
      const { task } = definition;
      const isForeach = task.foreach !== undefined;
      const declared = (task.dependencies ?? []).map(({ task_id }) => this.find(task_id, definition)!);
      const read = this.#sourcesOf(isForeach ? { list: task.foreach } : task.inputs, definition);
      // what is read outside of the foreach around it, that one waits for
      const border = foreachAround(definition);
      const near = [...read, ...(isForeach ? this.#readInItems(definition) : [])].filter(
        (other) => border === undefined || isWithin(other, border),
      );
      own = [...new Set([...declared, ...near])];
      this.#own.set(definition, own);
    }
    return own;
  }

  /** "a begin is there only where a compound has a timeout, a trigger rule or a condition, or waits for something while a subtask has a trigger rule" */
  hasBegin(definition: Definition, isItem: boolean): boolean {
    const { task, subtasks } = definition;
    if (task.timeout_seconds !== undefined) return true;
    if (!isItem && (ruleOf(task) !== 'all_success' || (task.dependencies ?? []).some(({ condition }) => condition !== undefined)))
      return true;
    return subtasks.some((subtask) => ruleOf(subtask.task) !== 'all_success') && (isItem || this.#waits(definition));
  }

  /** The task that is called so where another is written. */
  find(path: string, from: Definition): Definition | undefined {
    const steps = path.split('/');
    for (let scope = from.parent; ; scope = scope.parent) {
      let found: Definition | undefined;
      let among = scope === undefined ? this.tasks : scope.subtasks;
      for (const step of steps) {
        found = among.find(({ task }) => task.task_id === step);
        among = found?.subtasks ?? [];
      }
      if (found !== undefined || scope === undefined) return found;
    }
  }

  /** The task that a binding reads; undefined for `item` and `index`. */
  sourceOf(text: string, from: Definition): Definition | undefined {
    const [source] = text.split('.');
    return source === 'item' || source === 'index' ? undefined : this.find(source!, from);
  }

  #waits(definition: Definition): boolean {
    const { parent } = definition;
    if (this.ownOf(definition).length > 0) return true;
    return parent !== undefined && (parent.task.foreach !== undefined || this.hasBegin(parent, false) || this.#waits(parent));
  }

  /** What the items of a foreach read outside of it. */
  #readInItems(foreach: Definition): Definition[] {
    const readIn = (definition: Definition): Definition[] => [
      ...this.#sourcesOf(definition.task.inputs, definition),
      ...(definition === foreach || definition.task.foreach === undefined
        ? []
        : this.#sourcesOf({ list: definition.task.foreach }, definition)),
      ...definition.subtasks.flatMap(readIn),
    ];
    return readIn(foreach).filter((other) => other !== foreach && !isWithin(other, foreach));
  }

  #sourcesOf(templates: JsonRecord | undefined, from: Definition): Definition[] {
    return bindingsIn(templates).flatMap((text) => this.sourceOf(text, from) ?? []);
  }
}

export function ruleOf({ trigger_rule }: PlanTask): string {
  return trigger_rule ?? 'all_success';
}

export function isWithin(inner: Definition, outer: Definition): boolean {
  for (let at = inner.parent; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** For whose items a task is. */
function foreachAround({ parent }: Definition): Definition | undefined {
  return parent === undefined || parent.task.foreach !== undefined ? parent : foreachAround(parent);
}

/** As something in a compound is written. */
export function childOf(parent: Definition): Definition {
  return { task: parent.task, parent, subtasks: [] };
}

/** Whether a failure leaves room for more, so that it is the foreach that fails by it and nothing around. */
export function isTolerant({ task }: Definition): boolean {
  return Number.parseFloat(String(task.tolerated_failures ?? 0)) > 0;
}

export function toleratedOf({ tolerated_failures: tolerated = 0 }: PlanTask, items: number): number {
  return typeof tolerated === 'number' ? tolerated : (Number.parseFloat(tolerated) / 100) * items;
}

export function bindingIn(template: Json): string | undefined {
  return typeof template === 'string' ? ONE_BINDING.exec(template)?.[1] : undefined;
}

function bindingsIn(templates: JsonRecord = {}): string[] {
  return Object.values(templates).flatMap((template) => bindingIn(template) ?? []);
}
