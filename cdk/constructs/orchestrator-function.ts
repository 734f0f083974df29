import { join } from 'node:path';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { BundleName } from '../../lambdas/function-names.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FunctionSettings } from './function-settings.ts';

export interface OrchestratorFunctionProps {
  readonly name: BundleName;
  readonly bundles: string;
  readonly settings: FunctionSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/** A function with a log of its own and a role that may, until it is granted more, only write to that log. */
export class OrchestratorFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: OrchestratorFunctionProps) {
    super(scope, id);
    const { name, settings } = props;
    this.logGroup = new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: props.removalPolicy });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `TaskOrchestrator ${name}`,
    });
    this.logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      description: `TaskOrchestrator ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(props.bundles, name)),
      memorySize: settings.memoryMb,
      timeout: Duration.seconds(settings.timeoutSec),
      ...(settings.reservedConcurrency !== undefined && { reservedConcurrentExecutions: settings.reservedConcurrency }),
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup: this.logGroup,
      role,
    });
    if (props.tracing) acknowledgeWildcard(role, '*', 'X-Ray has no resource to name.');
  }
}
