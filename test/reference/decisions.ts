import { failedOf, hasWhollyEnded, isFinal, type Node, nodeOf, startRuleOf, wholeOf } from './node.ts';
import { byRule, type Final } from './trigger-rules.ts';
import { type Definition, isWithin, toleratedOf, type WrittenPlan } from './written-plan.ts';

/** What becomes of tasks and compounds, as those stand that they wait for. */
export class Decisions {
  readonly #written: WrittenPlan;
  readonly #roots: readonly Node[];

  constructor(written: WrittenPlan, roots: readonly Node[]) {
    this.#written = written;
    this.#roots = roots;
  }

  /** What becomes of a task, or of a begin, as those before it stand; undefined: more of them have to end. */
  decide(node: Node): 'run' | Final | undefined {
    const whole = wholeOf(node);
    const rule = startRuleOf(node);
    const own = this.dependenciesOf(node).map((each) => each.node);
    if (rule === 'all_success') {
      const inherited = this.#inherited(whole.parent, node.definition, whole.item !== undefined);
      return byRule(
        rule,
        [...new Set([...own, ...inherited])].map(({ status }) => status),
      );
    }
    const guard = whole.parent?.begin;
    if (guard !== undefined && guard.status !== 'completed')
      return !isFinal(guard) ? undefined : guard.status === 'failed' ? 'blocked' : (guard.status as Final);
    if (rule === 'all_done') return own.every(hasWhollyEnded) ? 'run' : undefined;
    return byRule(
      rule,
      own.map(({ status }) => status),
    );
  }

  /** How a compound or foreach ends; undefined: it does not yet. */
  endOfWhole({ role, begin, subtasks, definition }: Node): Final | undefined {
    if (begin !== undefined && begin.status !== 'completed') return isFinal(begin) ? (begin.status as Final) : undefined;
    const has = (...statuses: string[]): boolean => subtasks.some(({ status }) => statuses.includes(status));
    if (role === 'foreach') {
      if (!subtasks.every(hasWhollyEnded)) return undefined;
      if (failedOf(subtasks) > toleratedOf(definition.task, subtasks.length)) return 'failed';
      return has('cancelled') ? 'cancelled' : 'completed';
    }
    if (has('failed')) return 'failed';
    if (!subtasks.every(isFinal)) return undefined;
    if (has('blocked')) return 'blocked';
    if (has('cancelled')) return 'cancelled';
    return has('completed') ? 'completed' : 'skipped';
  }

  /** Of a begin that is what its compound says; items have none. */
  dependenciesOf(node: Node): { readonly node: Node; readonly condition: string | undefined }[] {
    const whole = wholeOf(node);
    if (whole.item !== undefined) return [];
    const { definition } = node;
    const conditions = new Map(
      (definition.task.dependencies ?? []).map((each) => [this.#written.find(each.task_id, definition), each.condition]),
    );
    return this.#written.ownOf(definition).map((own) => ({ node: nodeOf(own, whole, this.#roots), condition: conditions.get(own) }));
  }

  /** What a task without a trigger rule waits for with the compounds around it. */
  #inherited(container: Node | undefined, definition: Definition, isItem: boolean): Node[] {
    if (container === undefined) return [];
    if (!isItem && this.#written.ownOf(definition).some((own) => isWithin(own, container.definition))) return [];
    if (container.begin !== undefined) return [container.begin];
    const own = this.dependenciesOf(container).map(({ node }) => node);
    return [...own, ...this.#inherited(container.parent, container.definition, container.item !== undefined)];
  }
}
