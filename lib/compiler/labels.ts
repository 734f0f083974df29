import { type Layout, type MapLayout, ordinalsOf } from './layout.ts';
import { commonStem, cut } from './state-names.ts';

const SHOWN_BRANCHES = 3;
const BRANCH_LABEL_LENGTH = 22;

/** What a part is called in the console's picture: by the names of its tasks. */
export function labelOf(part: Layout, items: MapLayout['items'] | undefined, nameOf: (task: number) => string): string {
  switch (part.kind) {
    case 'task':
      return commonStem(ordinalsOf(part, items).map(nameOf));
    case 'series':
      return labelOf(part.parts[0]!, items, nameOf);
    case 'map':
      return `${cut(commonStem(part.items.map((item) => nameOf(item[0]!))), 70)} ×${part.items.length}`;
    case 'child':
      return part.label;
    case 'parallel': {
      const shown = part.parts.slice(0, SHOWN_BRANCHES).map((branch) => cut(labelOf(branch, items, nameOf), BRANCH_LABEL_LENGTH));
      const more = part.parts.length - shown.length;
      return `${shown.join(' | ')}${more > 0 ? ` | +${more}` : ''}`;
    }
  }
}
