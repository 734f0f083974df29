import type { MapDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import { forkJoin } from './fork-join.ts';
import { compileNumber, type NumberTemplate } from './number-template.ts';
import type { PreparedScope, PreparedState } from './prepared.ts';
import { prepareRecovery, runWithRecovery } from './recovery.ts';
import { runScope } from './scope-run.ts';
import { asStateFailure } from './state-failure.ts';
import { StateVisit } from './state-visit.ts';
import { compileTemplate, type Template } from './template.ts';

interface PreparedMap {
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: NumberTemplate;
  readonly processor: PreparedScope;
}

export function prepareMap(
  name: string,
  definition: MapDefinition,
  processor: PreparedScope,
  expressions: ExpressionCompiler,
): PreparedState {
  const recovery = prepareRecovery(definition, expressions);
  const { Items, ItemSelector, MaxConcurrency = 0 } = definition;
  const map: PreparedMap = {
    items: Items === undefined ? undefined : compileTemplate(Items, 'Items', expressions),
    itemSelector: ItemSelector === undefined ? undefined : compileTemplate(ItemSelector, 'ItemSelector', expressions),
    maxConcurrency: compileNumber(MaxConcurrency, { field: 'MaxConcurrency', min: 0, max: Number.MAX_SAFE_INTEGER }, expressions),
    processor,
  };
  const attempt = (visit: StateVisit): Promise<unknown> => attemptMap(visit, map);
  return { name, type: 'Map', run: (visit) => runWithRecovery(visit, recovery, attempt) };
}

async function attemptMap(visit: StateVisit, map: PreparedMap): Promise<unknown> {
  try {
    const items = map.items === undefined ? visit.input : await map.items.evaluate(visit);
    if (!Array.isArray(items)) throw visit.queryFailure(`The field 'Items' must give an array, but gave ${JSON.stringify(items)}.`);
    const asked = await map.maxConcurrency.evaluate(visit);
    const atMost = visit.thread.execution.engine.limits.mapConcurrency;
    const width = asked === 0 ? atMost : Math.min(asked, atMost);
    visit.record('MapStateStarted');
    const result = await forkJoin(visit.thread, items.length, width, (index) => runIteration(visit, map, index, items[index]));
    visit.checkSize(result, 'a result');
    visit.record('MapStateSucceeded');
    return result;
  } catch (thrown) {
    const failure = asStateFailure(thrown);
    visit.record('MapStateFailed', { error: failure.error, cause: failure.causeText });
    throw failure;
  }
}

async function runIteration(visit: StateVisit, map: PreparedMap, index: number, item: unknown): Promise<unknown> {
  const iteration = visit.thread.fork({ Item: { Index: index, Value: item } });
  try {
    iteration.record('MapIterationStarted', { state: visit.state.name });
    const input = map.itemSelector === undefined ? item : await selectItem(visit, map.itemSelector, iteration);
    const output = await runScope(map.processor, iteration, input);
    iteration.record('MapIterationSucceeded', { state: visit.state.name });
    return output;
  } catch (thrown) {
    iteration.record('MapIterationFailed', { state: visit.state.name });
    throw thrown;
  } finally {
    iteration.close();
  }
}

/** The item selector sees the Map state's own `$states`, plus the item. */
async function selectItem(visit: StateVisit, itemSelector: Template, iteration: StateVisit['thread']): Promise<unknown> {
  const selection = new StateVisit(iteration, visit.state, visit.input);
  const input = await itemSelector.evaluate(selection);
  selection.checkSize(input, 'an item');
  return input;
}
