import type { Metrics } from '@aws-lambda-powertools/metrics';

type Added = [name: string, unit: string, value: number];

/** Metrics that keep what is added to them. */
export function countedMetrics(): { readonly metrics: Pick<Metrics, 'addMetric'>; readonly added: Added[] } {
  const added: Added[] = [];
  const addMetric: Metrics['addMetric'] = (name, unit, value) => {
    added.push([name, unit, value]);
    return undefined as never; // nobody goes on from it
  };
  return { metrics: { addMetric }, added };
}
