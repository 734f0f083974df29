import { withRates } from '../../runtime/statistics.ts';
import { route } from '../route.ts';
import { statistics } from '../schemas.ts';

export const getStatistics = route({
  method: 'GET',
  template: '/stats',
  operationId: 'getStatistics',
  summary: 'Sums over all runs that have ended.',
  answers: { 200: { description: 'The statistics.', schema: statistics } },
  async handle({ runtime }) {
    return { status: 200, body: withRates(await runtime.store.getStatistics()) };
  },
});
