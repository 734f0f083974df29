import { describe, expect, it } from 'vitest';
import { runsOn } from '../../examples/run-plan.ts';
import { runsSeedWorkflow } from '../../examples/seed-workflow/workflow-body.ts';
import { TaskOrchestrator, VirtualClock } from '../../lib/index.ts';
import { ApiClient } from './api-client.ts';
import { runsDeployed } from './runs-deployed.ts';
import { readStage } from './stage.ts';

const api = new ApiClient(readStage());

describe('the examples, deployed', () => {
  it('run the seed workflow to its end with the same outputs as locally', async () => {
    const deployed = await runsSeedWorkflow(runsDeployed(api));

    const locally = await runsSeedWorkflow(runsOn(new TaskOrchestrator({ clock: new VirtualClock() })));
    expect(deployed.outputs).toEqual(locally.outputs);
  });
});
