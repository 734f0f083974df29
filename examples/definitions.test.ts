import { expect, it } from 'vitest';
import { definitionsOf, keepDefinitions, keptDefinitions } from './definitions.ts';
import { planOf } from './plan-of.ts';

it.each(['research-agent', 'data-pipeline'])('%s compiles to the definitions beside it (UPDATE_EXAMPLES=1 writes them anew)', (example) => {
  const definitions = definitionsOf(planOf(example));
  if (process.env.UPDATE_EXAMPLES) keepDefinitions(example, definitions);

  expect(keptDefinitions(example)).toEqual(definitions);
});
