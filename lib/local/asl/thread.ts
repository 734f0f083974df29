import type { Execution } from './execution.ts';
import type { HistoryDetails, HistoryEventType } from './history.ts';
import { ENDED } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { Variables } from './variables.ts';

/** What a thread waits for: it can be called off, and then never comes back. */
export interface Cancellable {
  cancel(): void;
}

/** `$states.context.Map`. */
export interface MapContext {
  readonly Item: { readonly Index: number; readonly Value: unknown };
}

/**
 * One line of states: the execution's own, that of a branch or that of an iteration.
 *
 * A thread is in at most one state and waits for at most one thing. Once it has ended, its function may still be on the stack or wait for
 * a promise that never settles; `record` throws ENDED there, and nothing takes effect before its event is recorded.
 */
export class Thread {
  readonly execution: Execution;
  readonly mapContext: MapContext | undefined;
  readonly variables: Variables;
  readonly #parent: Thread | undefined;
  readonly #isIteration: boolean;
  #children: Set<Thread> | undefined;
  #hasEnded = false;
  current: StateVisit | undefined;
  waitsFor: Cancellable | undefined;
  /** Of the event that it wrote last, or from which it was forked. */
  lastEventId: number;

  constructor(execution: Execution, parent?: Thread, mapContext?: MapContext) {
    this.execution = execution;
    this.#parent = parent;
    this.#isIteration = mapContext !== undefined;
    this.mapContext = mapContext ?? parent?.mapContext;
    this.variables = new Variables(parent?.variables);
    this.lastEventId = parent?.lastEventId ?? 0;
  }

  /** A branch, or with a map context an iteration. */
  fork(mapContext?: MapContext): Thread {
    const child = new Thread(this.execution, this, mapContext);
    this.#children ??= new Set();
    this.#children.add(child);
    return child;
  }

  /** The thread is through, well or not. */
  close(): void {
    if (this.#hasEnded) return;
    if (this.#parent !== undefined) {
      this.#parent.#children?.delete(this);
      this.#parent.lastEventId = Math.max(this.#parent.lastEventId, this.lastEventId);
    }
    this.execution.variablesBytes -= this.variables.sizeBytes;
  }

  /** Ends the thread and all under it, wherever they are. */
  end(): void {
    this.#hasEnded = true;
    this.waitsFor?.cancel();
    this.waitsFor = undefined;
    if (this.#children !== undefined) for (const child of this.#children) child.end();
    this.#children = undefined;
  }

  /** Ends all under it, because one of them has failed, and writes that down. */
  abortChildren(): void {
    if (this.#children === undefined) return;
    for (const child of this.#children) {
      child.abortChildren();
      if (child.current !== undefined) child.record(`${child.current.state.type}StateAborted`, { state: child.current.state.name });
      if (child.#isIteration) child.record('MapIterationAborted');
      this.execution.variablesBytes -= child.variables.sizeBytes;
      child.end();
    }
    this.#children = undefined;
  }

  /**
   * Writes an event into the history.
   *
   * @throws ENDED if the thread has ended, or if this event is one too many and ends the execution
   */
  record(type: HistoryEventType, details?: HistoryDetails): void {
    if (this.#hasEnded) throw ENDED;
    const id = this.execution.record(type, this.lastEventId, this.mapContext?.Item.Index, details);
    if (id === undefined) throw ENDED;
    this.lastEventId = id;
  }
}
