import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TaskOrchestrator, VirtualClock } from '../../lib/index.ts';
import { mapTasks, planOf } from '../plan-of.ts';
import { runsOn } from '../run-plan.ts';
import { researchExecutors } from './agents.ts';
import { RESEARCH_CASES } from './research-body.ts';

describe('the research agent', () => {
  it.each(Object.entries(RESEARCH_CASES))('%s', async (_, runsCase) => {
    await runsCase(runsOn(new TaskOrchestrator({ clock: new VirtualClock() })));
  });
});

describe('the research agent, with agents in this process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'research-'));
  const workspace = join(folder, 'workspace');
  const reports = join(folder, 'reports');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers from sentences of its sources, and leaves nothing but the report', async () => {
    const alerts: string[] = [];
    const orchestrator = new TaskOrchestrator({
      clock: new VirtualClock(),
      ...researchExecutors({ workspace, reports }, (text) => alerts.push(text)),
    });

    const { status, tasks, outputs } = await runsOn(orchestrator)(planOf('research-agent'));

    expect(status).toBe('completed');
    expect(outputs.plan).toMatchObject({ response: { terms: ['there', 'high', 'tides'] } });
    expect(outputs.summarise).toMatchObject({ response: { confidence: 0.75 } });
    expect(outputs.review).toMatchObject({ response: { unsupported: [] } });
    expect(tasks['sources/3/read']).toMatchObject({ status: 'failed', attempt: 2 });
    expect(readFileSync(join(reports, 'report.md'), 'utf8')).toContain('A coast passes both of them, and so has two high tides a day.');
    expect(existsSync(workspace)).toBe(false);
    expect(alerts).toEqual([]);
  });

  it('alerts where it finds nothing that it could read', async () => {
    const alerts: string[] = [];
    const orchestrator = new TaskOrchestrator({
      clock: new VirtualClock(),
      ...researchExecutors({ workspace, reports }, (text) => alerts.push(text)),
    });
    const plan = mapTasks(planOf('research-agent'), (task) =>
      task.task_id === 'plan' ? { ...task, inputs: { question: 'Where are tables of harbours?' } } : task,
    );

    expect((await runsOn(orchestrator)(plan)).status).toBe('failed');
    expect(alerts).toEqual(['The research was not published.']);
    expect(existsSync(workspace)).toBe(false);
  });
});
