import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE } from './metric-names.ts';

/** One of each per process. Their service is `POWERTOOLS_SERVICE_NAME`, which is also the dimension of every metric. */
export const logger = new Logger();
export const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
