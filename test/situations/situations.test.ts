import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FEATURES } from './features.ts';
import { playScenario } from './play-scenario.ts';
import type { Situation } from './situations.ts';
import { SITUATION_NAMES, SITUATIONS } from './situations.ts';

/** So small that the plans of the column are cut. */
const SMALL = { definitionBytes: 1024 * 1024, historyEvents: 450 };

const quotasIn = (situation: Situation) => (situation === 'partition' ? SMALL : undefined);

describe.each(FEATURES)('$name', ({ cells }) => {
  it.each(SITUATION_NAMES)('in the situation: %s', async (situation) => {
    const scenario = cells[situation];

    const played = await playScenario(scenario, quotasIn(situation));

    const { ends, run, outputs = {} } = scenario;
    const asked = Object.fromEntries(Object.keys(outputs).map((id) => [id, played.outputs[id]]));
    expect({ ends: played.ends, run: played.run, outputs: asked }).toEqual({ ends, run, outputs });
    expect(SITUATIONS[situation].isIn(played, scenario), `this is ${situation}`).toBe(true);
  });

  it('comes to the same in one state machine as in several', async () => {
    const [whole, cut] = [await playScenario(cells.partition), await playScenario(cells.partition, SMALL)];

    expect(whole.executions).toBeLessThan(cut.executions);
    expect({ ends: whole.ends, run: whole.run, outputs: whole.outputs }).toEqual({ ends: cut.ends, run: cut.run, outputs: cut.outputs });
  });
});

it('has all features that there are scenarios of, each by a name of its own', () => {
  expect(FEATURES).toHaveLength(readdirSync(join(import.meta.dirname, 'features')).length);
  expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
});
