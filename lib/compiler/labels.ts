import { type Layout, type MapLayout, ordinalsOf } from './layout.ts';
import { commonStem, cut } from './state-names.ts';

const SHOWN_BRANCHES = 3;
const BRANCH_LABEL_LENGTH = 22;

export interface Names {
  readonly nameOf: (task: number) => string;
  /** What a foreach is called, by its end. */
  readonly wholeNameOf?: (end: number) => string | undefined;
  /** The name of the compound whose tasks a part holds, where that is so. */
  readonly groupName?: (part: Layout, items: MapLayout['items'] | undefined) => string | undefined;
}

/** What a part is called in the console's picture: by the compound that it is, or by the names of its tasks. */
export function labelOf(part: Layout, items: MapLayout['items'] | undefined, names: Names): string {
  const { nameOf, groupName, wholeNameOf } = names;
  switch (part.kind) {
    case 'task':
      return commonStem(ordinalsOf(part, items).map(nameOf));
    case 'series':
      return labelOf(part.parts[0]!, items, names);
    case 'map':
      return `${cut(groupName?.(part, items) ?? commonStem(part.items.map((item) => nameOf(item[0]!))), 70)} ×${part.items.length}`;
    case 'foreach':
      return cut(wholeNameOf?.(part.end) ?? nameOf(part.end), 70);
    case 'child':
      return part.label;
    case 'parallel': {
      const group = groupName?.(part, items);
      if (group !== undefined) return group;
      const shown = part.parts.slice(0, SHOWN_BRANCHES).map((branch) => cut(labelOf(branch, items, names), BRANCH_LABEL_LENGTH));
      const more = part.parts.length - shown.length;
      return `${shown.join(' | ')}${more > 0 ? ` | +${more}` : ''}`;
    }
  }
}
