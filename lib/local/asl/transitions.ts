import { type Problems, pathTo } from './problems.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Within one scope: every name leads to a state, every state can be reached, and the scope can end. Where a way is broken, only that is
 * reported, not what follows from it.
 */
export function checkTransitions({ StartAt, States }: Fields, path: string, problems: Problems): void {
  if (!isFields(States)) return;
  const reached = new Set<string>();
  const toVisit: string[] = [];
  let isBroken = false;
  const goTo = (name: unknown, namePath: string): void => {
    if (typeof name !== 'string' || !Object.hasOwn(States, name)) {
      isBroken = true;
      problems.add(namePath, `${JSON.stringify(name)} is no state of this scope`);
    } else if (!reached.has(name)) {
      reached.add(name);
      toVisit.push(name);
    }
  };

  if (StartAt !== undefined) goTo(StartAt, pathTo(path, 'StartAt'));
  let canEnd = false;
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    const state = States[name];
    if (!isFields(state)) continue;
    const endsHere = state.End !== undefined || state.Type === 'Succeed' || state.Type === 'Fail';
    const targets = targetsOf(state, pathTo(pathTo(path, 'States'), name));
    canEnd ||= endsHere;
    isBroken ||= !endsHere && targets.length === 0;
    for (const target of targets) goTo(target.name, target.path);
  }

  if (isBroken) return;
  for (const name of Object.keys(States)) {
    if (!reached.has(name)) problems.add(pathTo(pathTo(path, 'States'), name), 'cannot be reached');
  }
  if (reached.size > 0 && !canEnd) problems.add(path, 'has no state that can be reached and ends it');
}

function targetsOf(state: Fields, path: string): { readonly name: unknown; readonly path: string }[] {
  const targets = ['Next', 'Default']
    .filter((field) => state[field] !== undefined)
    .map((field) => ({ name: state[field], path: pathTo(path, field) }));
  for (const field of ['Catch', 'Choices']) {
    const list = state[field];
    if (!Array.isArray(list)) continue;
    list.forEach((item, index) => {
      if (isFields(item) && item.Next !== undefined)
        targets.push({ name: item.Next, path: pathTo(pathTo(pathTo(path, field), index), 'Next') });
    });
  }
  return targets;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
