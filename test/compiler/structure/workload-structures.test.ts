import { describe, expect, it } from 'vitest';
import { makeStructure } from '../../../lib/compiler/structure/make-structure.ts';
import { buildTaskGraph } from '../../../lib/graph/task-graph.ts';
import { dependenciesOf, loadWorkload, WORKLOADS } from '../../workloads.ts';
import { checkStructure } from './check-structure.ts';

/** What was reached; a change may make it smaller, not larger. */
const REACHED: Readonly<Record<string, { readonly gated: number; readonly states: number; readonly nesting: number }>> = {
  'cws-cybershake-1000': { gated: 1, states: 1007, nesting: 3 },
  'cws-psload-large': { gated: 0, states: 5780, nesting: 2 },
  'dbt-zendesk': { gated: 18, states: 150, nesting: 4 },
  'gha-powertools-publish-layer': { gated: 0, states: 101, nesting: 2 },
  'gha-uv-ci': { gated: 1, states: 26, nesting: 3 },
  'makeflow-bwa-large': { gated: 0, states: 1007, nesting: 1 },
  'metaflow-nested-branches': { gated: 0, states: 30, nesting: 3 },
  'nextflow-atacseq': { gated: 49, states: 362, nesting: 3 },
  'nextflow-bacass': { gated: 1, states: 15, nesting: 3 },
  'nextflow-cutandrun': { gated: 17, states: 165, nesting: 5 },
  'nextflow-rnaseq': { gated: 47, states: 279, nesting: 4 },
  'nextflow-sarek': { gated: 3, states: 35, nesting: 2 },
  'nextflow-taxprofiler': { gated: 35, states: 180, nesting: 2 },
  'nextflow-viralrecon': { gated: 36, states: 273, nesting: 3 },
  'pegasus-1000genome-22ch-100k': { gated: 0, states: 639, nesting: 3 },
  'pegasus-cycles-1l-1c-9p': { gated: 1, states: 86, nesting: 3 },
  'pegasus-epigenomics-hep-1seq-100k': { gated: 0, states: 42, nesting: 1 },
  'pegasus-epigenomics-ilmn-6seq-50k': { gated: 0, states: 1702, nesting: 2 },
  'pegasus-montage-2mass-005d': { gated: 13, states: 84, nesting: 3 },
  'pegasus-montage-2mass-05d': { gated: 1123, states: 2988, nesting: 3 },
  'pegasus-montage-dss-10d': { gated: 337, states: 840, nesting: 3 },
  'pegasus-seismology-100p': { gated: 0, states: 102, nesting: 1 },
  'pegasus-soykb-10fastq-10ch': { gated: 10, states: 115, nesting: 3 },
  'pegasus-srasearch-10a': { gated: 9, states: 33, nesting: 2 },
};

describe('the structures of real task graphs', () => {
  it.each(WORKLOADS)('%s: right, with no more gates, states and nesting than were reached', (name) => {
    const workload = loadWorkload(name);
    const dependencies = dependenciesOf(workload);

    const structure = makeStructure(buildTaskGraph(dependencies));

    const facts = checkStructure(
      dependencies,
      workload.tasks.map((task) => task.runtime_sec),
      structure,
    );
    const { gated, states, nesting } = REACHED[name]!;
    expect(facts.gated).toBeLessThanOrEqual(gated);
    expect(facts.states).toBeLessThanOrEqual(states);
    expect(facts.nesting).toBeLessThanOrEqual(nesting);
  });
});
