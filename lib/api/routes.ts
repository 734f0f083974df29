import { openApiRoute } from './openapi.ts';
import type { Route } from './route.ts';
import { cancelRun, pauseRun, resumeRun, retryRun } from './routes/controls.ts';
import { getStatistics } from './routes/get-statistics.ts';
import { listPools, putPool } from './routes/pools.ts';
import { reportCallback } from './routes/report-callback.ts';
import { getRun, listEvents, listRuns } from './routes/runs.ts';
import { deletePlan, getPlan, listPlans, putPlan } from './routes/stored-plans.ts';
import { submitPlan } from './routes/submit-plan.ts';
import { getTask, listTasks } from './routes/tasks.ts';

const OPERATIONS: readonly Route[] = [
  submitPlan,
  listRuns,
  getRun,
  listTasks,
  getTask,
  listEvents,
  cancelRun,
  pauseRun,
  resumeRun,
  retryRun,
  getStatistics,
  reportCallback,
  listPools,
  putPool,
  putPlan,
  listPlans,
  getPlan,
  deletePlan,
];

/** All that the API does, whoever serves it. */
export const ROUTES: readonly Route[] = [...OPERATIONS, openApiRoute(OPERATIONS)];
