import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a function is told, so that its bundle starts. */
export const LAMBDA_ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  BUCKET_NAME: 'bucket',
  START_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/starts',
  EVENT_BUS_NAME: 'bus',
  STATE_MACHINE_ROLE_ARN: 'arn:aws:iam::123456789012:role/machines',
  RUN_TASK_CLASSES: '[{"name":"default","function_arn":"arn:aws:lambda:us-east-1:123456789012:function:run-task","memory_mb":512}]',
  ADMIT_TASK_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:admit-task',
  LIST_ITEMS_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:list-items',
  SETTLE_TASK_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:settle-task',
  FINISH_RUN_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:finish-run',
};

export interface ColdStart {
  /** Wall time of the import, the process being up. */
  readonly ms: number;
  /** Processor time of the import: what is left of `ms` on a machine that has nothing else to do. */
  readonly cpuMs: number;
}

const SCRIPT = `
  const from = performance.now();
  const { user, system } = process.cpuUsage();
  await import(process.argv[1]);
  const ms = performance.now() - from;
  const cpu = process.cpuUsage();
  console.log(JSON.stringify({ ms, cpuMs: (cpu.user + cpu.system - user - system) / 1000 }));
`;

/** Imports a bundle in a fresh process, as Lambda does with it in a new sandbox. */
export async function coldStart(bundle: string): Promise<ColdStart> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', SCRIPT, bundle], {
    env: { ...LAMBDA_ENVIRONMENT },
  });
  return JSON.parse(stdout) as ColdStart;
}
