export const RUN_ID = '0b4f7f7a-3d9d-4a35-9d2e-0d3b6f4c8a11';

/** As EventBridge delivers it: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function statusChange(status: string, detail: object = {}): object {
  const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:task-orchestrator-0123456789abcdef';
  return {
    version: '0',
    id: '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '123456789012',
    time: '2026-02-26T19:42:21Z',
    region: 'us-east-1',
    resources: [`${machineArn.replace('stateMachine', 'execution')}:${RUN_ID}-1`],
    detail: {
      executionArn: `${machineArn.replace('stateMachine', 'execution')}:${RUN_ID}-1`,
      stateMachineArn: machineArn,
      name: `${RUN_ID}-1`,
      status,
      startDate: 1551225271984,
      stopDate: status === 'RUNNING' ? null : 1551225281984,
      input: '{}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: null,
      cause: null,
      ...detail,
    },
  };
}
