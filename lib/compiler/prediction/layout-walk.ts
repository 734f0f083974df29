import { INLINE_MAP_CONCURRENCY } from '../aws-limits.ts';
import type { ForeachLayout, Layout, MapLayout, TaskLayout } from '../layout.ts';

/** Which tasks a part of the layout is for: in a Map by the iteration's item, in a foreach so many ordinals further than it says. */
interface Scope {
  readonly item: readonly number[] | undefined;
  readonly shift: number;
}

/** What comes after a part. */
type Then = () => void;

export interface WalkOptions {
  /** A task's state is entered, or its gate; `then` goes on behind it. `base` is the ordinal that the layout has. */
  readonly onTask: (base: number, shift: number, then: Then) => void;
  /** A foreach is entered: `then` takes the ordinals that its items begin with, cut as its Maps are. */
  readonly onForeach: (foreach: ForeachLayout, shift: number, then: (items: ListedItems) => void) => void;
}

export interface ListedItems {
  readonly inline: readonly number[];
  readonly batches: readonly (readonly number[])[];
}

/** Enters the states of a layout as Step Functions does: what comes when, and how many iterations of a Map go on at once. */
export class LayoutWalk {
  readonly #options: WalkOptions;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  start(root: Layout, then: Then): void {
    this.#enter(root, { item: undefined, shift: 0 }, then);
  }

  #enter(node: Layout, scope: Scope, then: Then): void {
    switch (node.kind) {
      case 'task':
        this.#options.onTask(ordinalOf(node, scope), scope.shift, then);
        break;
      case 'series':
        this.#enterSeries(node.parts, 0, scope, then);
        break;
      case 'parallel':
        this.#enterAll(node.parts.length, node.parts.length, (i, next) => this.#enter(node.parts[i]!, scope, next), then);
        break;
      case 'map': {
        const enterItem = (i: number, next: Then): void => this.#enter(node.body, { item: node.items[i]!, shift: 0 }, next);
        this.#enterAll(node.items.length, widthOf(node), enterItem, then);
        break;
      }
      case 'foreach':
        this.#options.onForeach(node, scope.shift, ({ inline, batches }) => {
          const enterBatch = (i: number, next: Then): void => this.#enterItems(node, batches[i]!, next);
          this.#enterItems(node, inline, () => this.#enterAll(batches.length, INLINE_MAP_CONCURRENCY, enterBatch, then));
        });
        break;
      case 'child':
        this.#enter(node.part, scope, then);
        break;
    }
  }

  #enterSeries(parts: readonly Layout[], at: number, scope: Scope, then: Then): void {
    if (at === parts.length) then();
    else this.#enter(parts[at]!, scope, () => this.#enterSeries(parts, at + 1, scope, then));
  }

  /** Items of a foreach in one execution, all at once. */
  #enterItems({ body, first }: ForeachLayout, items: readonly number[], then: Then): void {
    this.#enterAll(items.length, items.length, (i, next) => this.#enter(body, { item: undefined, shift: items[i]! - first }, next), then);
  }

  #enterAll(count: number, width: number, enter: (index: number, then: Then) => void, then: Then): void {
    if (count === 0) {
      then();
      return;
    }
    let entered = 0;
    let left = count;
    const next = (): void => {
      if (--left === 0) then();
      else if (entered < count) enter(entered++, next);
    };
    for (let lanes = Math.min(width, count); lanes > 0; lanes--) enter(entered++, next);
  }
}

function ordinalOf({ task, position }: TaskLayout, { item }: Scope): number {
  return item === undefined || position === undefined ? task : item[position]!;
}

/** Maps in each other let all iterations go on at once. */
function widthOf({ levels, maxConcurrency = INLINE_MAP_CONCURRENCY, items }: MapLayout): number {
  return levels > 1 ? items.length : Math.min(maxConcurrency, INLINE_MAP_CONCURRENCY);
}
