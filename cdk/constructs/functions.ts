import { RemovalPolicy } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FUNCTION_NAMES, type FunctionName } from '../../lambdas/function-names.ts';
import type { SizeClass } from '../../lib/model/size-class.ts';
import { type FunctionSettings, functionSettings } from './function-settings.ts';
import { OrchestratorFunction } from './orchestrator-function.ts';
import { sizeClassesOf } from './size-classes.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

export interface FunctionsProps {
  readonly orchestrator: TaskOrchestratorProps;
  /** What every function is told. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One of the functions that carry out tasks. */
export interface RunTaskClass extends SizeClass {
  readonly function: LambdaFunction;
}

/** All functions of the deployment, with nothing granted yet. */
export class Functions extends Construct {
  /** The smallest first. */
  readonly runTaskClasses: readonly RunTaskClass[];
  readonly #functions: ReadonlyMap<FunctionName, LambdaFunction>;

  constructor(scope: Construct, id: string, { orchestrator, environment }: FunctionsProps) {
    super(scope, id);
    const { bundles, logRetention, tracing = true, removalPolicy } = orchestrator;
    const make = (name: FunctionName, settings: FunctionSettings, suffix = ''): LambdaFunction =>
      new OrchestratorFunction(this, name + suffix, {
        name,
        bundles,
        settings,
        environment,
        logRetention: logRetention ?? RetentionDays.THREE_MONTHS,
        tracing,
        removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
      }).function;
    const settingsOf = (name: FunctionName): FunctionSettings => functionSettings(name, orchestrator.functions);
    this.runTaskClasses = sizeClassesOf(orchestrator).map((size, i) => {
      const settings = { ...settingsOf('run-task'), memoryMb: size.memoryMb };
      return { ...size, function: make('run-task', settings, i === 0 ? '' : `-${size.name}`) };
    });
    const [smallest] = this.runTaskClasses;
    this.#functions = new Map(
      FUNCTION_NAMES.map((name) => [name, name === 'run-task' ? smallest!.function : make(name, settingsOf(name))]),
    );
  }

  /** Of run-task the smallest. */
  get(name: FunctionName): LambdaFunction {
    return this.#functions.get(name)!;
  }

  /** Those of a name: of run-task one for each size class. */
  allOf(name: FunctionName): readonly LambdaFunction[] {
    return name === 'run-task' ? this.runTaskClasses.map((each) => each.function) : [this.get(name)];
  }

  get all(): readonly LambdaFunction[] {
    return FUNCTION_NAMES.flatMap((name) => this.allOf(name));
  }
}
