import { RemovalPolicy } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FUNCTION_NAMES, type FunctionName } from '../../lambdas/function-names.ts';
import { functionSettings } from './function-settings.ts';
import { OrchestratorFunction } from './orchestrator-function.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

export interface FunctionsProps {
  readonly orchestrator: TaskOrchestratorProps;
  /** What every function is told. */
  readonly environment: Readonly<Record<string, string>>;
}

/** All functions of the deployment, with nothing granted yet. */
export class Functions extends Construct {
  readonly #functions: ReadonlyMap<FunctionName, LambdaFunction>;

  constructor(scope: Construct, id: string, { orchestrator, environment }: FunctionsProps) {
    super(scope, id);
    const { bundles, logRetention, tracing = true, removalPolicy } = orchestrator;
    const make = (name: FunctionName): LambdaFunction =>
      new OrchestratorFunction(this, name, {
        name,
        bundles,
        settings: functionSettings(name, orchestrator.functions),
        environment,
        logRetention: logRetention ?? RetentionDays.THREE_MONTHS,
        tracing,
        removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
      }).function;
    this.#functions = new Map(FUNCTION_NAMES.map((name) => [name, make(name)]));
  }

  get(name: FunctionName): LambdaFunction {
    return this.#functions.get(name)!;
  }

  get all(): ReadonlyMap<FunctionName, LambdaFunction> {
    return this.#functions;
  }
}
