import { describe, expect, it } from 'vitest';
import { COUNTS, METRICS_NAMESPACE, TIMES } from '../../lambdas/metric-names.ts';
import { makeTemplate } from './make-template.ts';
import { environmentOf } from './resources.ts';
import { type ShownMetric, widgetsOf } from './shown-metrics.ts';

const template = makeTemplate();
const widgets = widgetsOf(template);
const shown = [...widgets.values()].flatMap(({ metrics }) => metrics);
const namesIn = (title: string): string[] => widgets.get(title)!.metrics.map(({ name }) => name);

it('shows so many widgets', () => {
  expect([...widgets.keys()]).toEqual([
    'Plans',
    'Tasks',
    'Retries',
    'Success rate',
    'Plan duration',
    'Task duration',
    'Wait at gates',
    'Wait for places',
    'Function errors',
    'Throttles',
    'Starts waiting',
    'API',
  ]);
});

describe('outcomes', () => {
  it.each([
    ['Plans', ['PlansSubmitted', 'PlansCompleted', 'PlansFailed']],
    ['Tasks', ['TasksCompleted', 'TasksFailed', 'TasksBlocked']],
    ['Retries', ['TasksRetried']],
  ])('%s are counted', (title, names) => {
    expect(namesIn(title)).toEqual(names);
    for (const { stat } of widgets.get(title)!.metrics) expect(stat).toBe('Sum');
  });

  it('the success rate is that of finished tasks, also where none failed', () => {
    expect(widgets.get('Success rate')!.expressions).toEqual(['100 * FILL(completed, 0) / (FILL(completed, 0) + FILL(failed, 0))']);
    expect(namesIn('Success rate')).toEqual(['TasksCompleted', 'TasksFailed']);
  });
});

describe('times', () => {
  it.each([
    ['Plan duration', 'PlanDuration'],
    ['Task duration', 'TaskDuration'],
    ['Wait at gates', 'GateWait'],
    ['Wait for places', 'PlaceWait'],
  ])('%s: the median and the worst of a hundred', (title, name) => {
    expect(widgets.get(title)!.metrics.map((metric) => [metric.name, metric.stat])).toEqual([
      [name, 'p50'],
      [name, 'p99'],
    ]);
  });
});

describe('the parts', () => {
  const everyFunction = [
    'runtask',
    'admittask',
    'listitems',
    'settletask',
    'finishrun',
    'planner',
    'reconcile',
    'publishevents',
    'api',
    'housekeeping',
  ].map((name) => `<Functions${name}Function>`);
  const functionsIn = (title: string, metric: string): (string | undefined)[] =>
    widgets
      .get(title)!
      .metrics.filter(({ name }) => name === metric)
      .map(({ dimensions }) => dimensions.FunctionName);

  it('errors of every function', () => {
    expect(functionsIn('Function errors', 'Errors')).toEqual(everyFunction);
  });

  it('throttles of every function, the table and Step Functions', () => {
    const { metrics } = widgets.get('Throttles')!;

    expect(functionsIn('Throttles', 'Throttles')).toEqual(everyFunction);
    expect(metrics.filter(({ namespace }) => namespace === 'AWS/DynamoDB').map(({ name }) => name)).toEqual([
      'ReadThrottleEvents',
      'WriteThrottleEvents',
    ]);
    expect(metrics.filter(({ namespace }) => namespace === 'AWS/States').map(({ dimensions }) => dimensions)).toEqual([
      { APIName: 'CreateStateMachine' },
      { APIName: 'StartExecution' },
      { ServiceMetric: 'StateTransition' },
    ]);
  });

  it('the age of the queue and the dead letters', () => {
    expect(widgets.get('Starts waiting')!.metrics).toMatchObject([
      { name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: '<StartsQueue.QueueName>' } },
      { name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: '<StartsDeadLetters.QueueName>' } },
    ]);
  });

  it('requests and refusals of the API', () => {
    expect(namesIn('API')).toEqual(['Count', '4xx', '5xx']);
  });
});

describe('metrics of our own', () => {
  const own = shown.filter(({ namespace }) => namespace === METRICS_NAMESPACE);

  it('are all that the functions emit, and none that they do not', () => {
    expect(new Set(own.map(({ name }) => name))).toEqual(new Set([...COUNTS, ...TIMES]));
  });

  it('are those of this deployment: of its functions and of no other', () => {
    const { POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE } = environmentOf(template, 'publish-events');

    expect(POWERTOOLS_METRICS_NAMESPACE).toBe(METRICS_NAMESPACE);
    for (const { dimensions } of own) expect(dimensions).toEqual({ service: POWERTOOLS_SERVICE_NAME });
  });
});

it('stays within the fifty metrics that a free dashboard may have', () => {
  const identityOf = ({ namespace, name, dimensions, stat }: ShownMetric): string => JSON.stringify([namespace, name, dimensions, stat]);

  expect(new Set(shown.map(identityOf)).size).toBeLessThanOrEqual(50);
});
