import { describe, expect, it } from 'vitest';
import { PIPELINE_CASES } from '../../examples/data-pipeline/pipeline-body.ts';
import { RESEARCH_CASES } from '../../examples/research-agent/research-body.ts';
import { runsOn } from '../../examples/run-plan.ts';
import { runsSeedWorkflow } from '../../examples/seed-workflow/workflow-body.ts';
import { TaskOrchestrator, VirtualClock } from '../../lib/index.ts';
import { ApiClient } from './api-client.ts';
import { runsDeployed } from './runs-deployed.ts';
import { readStage } from './stage.ts';

const deployed = runsDeployed(new ApiClient(readStage()));

describe('the examples, deployed', () => {
  it('run the seed workflow to its end with the same outputs as locally', async () => {
    const there = await runsSeedWorkflow(deployed);

    const here = await runsSeedWorkflow(runsOn(new TaskOrchestrator({ clock: new VirtualClock() })));
    expect(there.outputs).toEqual(here.outputs);
  });

  it.each(Object.entries(RESEARCH_CASES))('the research agent %s', async (_, runsCase) => {
    await runsCase(deployed);
  });

  it.each(Object.entries(PIPELINE_CASES))('the data pipeline %s', async (_, runsCase) => {
    await runsCase(deployed);
  });
});
