import { type BindingReference, BindingSyntaxError } from './bindings.ts';
import { FOREACH_OUTPUTS } from './foreach-outputs.ts';
import { nestedId } from './nested-ids.ts';
import type { TaskScopes } from './task-scopes.ts';
import type { TaskSketch } from './task-sketch.ts';

/** A compound has neither such an output nor such a subtask. */
export class MissingCompoundOutputError extends BindingSyntaxError {
  readonly hint: string;

  constructor(compound: TaskSketch, key: string) {
    const isForeach = compound.foreach !== undefined;
    const what = isForeach ? 'foreach' : 'compound';
    super(`the ${what} ${JSON.stringify(compound.id)} has neither an output nor a subtask ${JSON.stringify(key)}`);
    this.hint = isForeach
      ? `it puts out ${FOREACH_OUTPUTS.join(', ')}`
      : `say in its outputs what it puts out: {${JSON.stringify(key)}: "{{subtask.key}}"}`;
  }
}

/**
 * What follows a compound in a reference is a key of its `outputs`, or else the id of a subtask, so that `{{report.draft.text}}` is short
 * for `{{report/draft.text}}` unless the compound has an output `draft`.
 *
 * @throws MissingCompoundOutputError
 */
export function throughCompounds(reference: BindingReference, tasks: readonly TaskSketch[], { byId }: TaskScopes): BindingReference {
  let { source, path } = reference;
  while (typeof source === 'number') {
    const { id, outputs } = tasks[source]!;
    const key = path[0];
    if (outputs === undefined || typeof key !== 'string' || Object.hasOwn(outputs, key)) break;
    const subtask = byId.get(nestedId(id, key));
    if (subtask === undefined) throw new MissingCompoundOutputError(tasks[source]!, key);
    source = subtask;
    path = path.slice(1);
  }
  return source === reference.source ? reference : { ...reference, source, path };
}
