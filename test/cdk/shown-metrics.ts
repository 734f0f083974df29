import type { Template } from 'aws-cdk-lib/assertions';
import { resourceOf } from './resources.ts';

export interface ShownMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string | undefined;
}

export interface Widget {
  readonly title: string;
  readonly metrics: readonly ShownMetric[];
  readonly expressions: readonly string[];
}

type Row = readonly (string | { readonly stat?: string; readonly expression?: string })[];

/** The widgets of the dashboard, by their titles. */
export function widgetsOf(template: Template): Map<string, Widget> {
  const body = JSON.parse(resourceOf(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody as string) as {
    widgets: { properties: { title: string; metrics: Row[] } }[];
  };
  return new Map(body.widgets.map(({ properties }) => [properties.title, widgetOf(properties.title, properties.metrics)]));
}

function widgetOf(title: string, rows: readonly Row[]): Widget {
  const expressions = rows.flatMap(([first]) => (typeof first === 'object' && first.expression !== undefined ? [first.expression] : []));
  return { title, metrics: rows.filter(([first]) => typeof first === 'string').map(metricOf), expressions };
}

/** `[namespace, name, dimension, value, …, options]` */
function metricOf(row: Row): ShownMetric {
  const [namespace, name, ...rest] = row.filter((each) => typeof each === 'string');
  const options = row.find((each) => typeof each === 'object');
  const dimensions = Object.fromEntries(rest.flatMap((key, i) => (i % 2 === 0 ? [[key, rest[i + 1]!]] : [])));
  return { namespace: namespace!, name: name!, dimensions, stat: options?.stat };
}
