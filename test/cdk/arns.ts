/* Resources of the template, as `plain` writes them, and the actions that are granted together. */

export const TABLE = '<StorageTable.Arn>';
export const BLOBS = '<StorageBucket.Arn>/*';
export const BUCKET = '<StorageBucket.Arn>';
export const STORED_PLANS = '<StorageBucket.Arn>/plans/*';
export const STARTS = '<StartsQueue.Arn>';
export const UPLOADS = `${BUCKET}/uploads/*`;
export const DEAD_LETTERS = '<StartsDeadLetters.Arn>';
export const AWS_STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
export const MACHINES = `${AWS_STATES}:stateMachine:task-orchestrator-*`;
export const EXECUTIONS = `${AWS_STATES}:execution:task-orchestrator-*:*`;
export const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
export const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
