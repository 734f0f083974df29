import { describe, expect, it } from 'vitest';
import { makeStructure } from '../../../lib/compiler/structure/make-structure.ts';
import { buildTaskGraph } from '../../../lib/graph/task-graph.ts';
import { dependenciesOf, loadWorkload, WORKLOADS } from '../../workloads.ts';
import { checkStructure } from './check-structure.ts';

/** What was reached; a change may make it smaller, not larger. */
const REACHED: Readonly<Record<string, { readonly gated: number; readonly states: number }>> = {
  'cws-cybershake-1000': { gated: 1, states: 1007 },
  'cws-psload-large': { gated: 0, states: 5780 },
  'dbt-zendesk': { gated: 18, states: 150 },
  'gha-powertools-publish-layer': { gated: 0, states: 101 },
  'gha-uv-ci': { gated: 1, states: 26 },
  'makeflow-bwa-large': { gated: 0, states: 1007 },
  'metaflow-nested-branches': { gated: 0, states: 30 },
  'nextflow-atacseq': { gated: 49, states: 362 },
  'nextflow-bacass': { gated: 1, states: 15 },
  'nextflow-cutandrun': { gated: 17, states: 165 },
  'nextflow-rnaseq': { gated: 47, states: 279 },
  'nextflow-sarek': { gated: 3, states: 35 },
  'nextflow-taxprofiler': { gated: 35, states: 180 },
  'nextflow-viralrecon': { gated: 36, states: 273 },
  'pegasus-1000genome-22ch-100k': { gated: 0, states: 639 },
  'pegasus-cycles-1l-1c-9p': { gated: 1, states: 86 },
  'pegasus-epigenomics-hep-1seq-100k': { gated: 0, states: 42 },
  'pegasus-epigenomics-ilmn-6seq-50k': { gated: 0, states: 1702 },
  'pegasus-montage-2mass-005d': { gated: 13, states: 84 },
  'pegasus-montage-2mass-05d': { gated: 1123, states: 2988 },
  'pegasus-montage-dss-10d': { gated: 337, states: 840 },
  'pegasus-seismology-100p': { gated: 0, states: 102 },
  'pegasus-soykb-10fastq-10ch': { gated: 10, states: 115 },
  'pegasus-srasearch-10a': { gated: 9, states: 33 },
};

describe('the structures of real task graphs', () => {
  it.each(WORKLOADS)('%s: right, with no more gates and states than ever reached', (name) => {
    const workload = loadWorkload(name);
    const dependencies = dependenciesOf(workload);

    const structure = makeStructure(buildTaskGraph(dependencies));

    const facts = checkStructure(
      dependencies,
      workload.tasks.map((task) => task.runtime_sec),
      structure,
    );
    const { gated, states } = REACHED[name]!;
    expect(facts.gated).toBeLessThanOrEqual(gated);
    expect(facts.states).toBeLessThanOrEqual(states);
  });
});
