import type { RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpNoneAuthorizer, HttpStage, type IHttpRouteAuthorizer, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ApiAuthorization } from './api-authorization.ts';

export interface ApiProps {
  readonly handler: IFunction;
  readonly authorization: ApiAuthorization;
  readonly rateLimit: number;
  readonly burstLimit: number;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The HTTP API: every request goes to one function, which has the table of routes. */
export class Api extends Construct {
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: 'TaskOrchestrator',
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('Handler', props.handler),
      defaultAuthorizer: authorizer(props.authorization),
    });
    const logGroup = new LogGroup(this, 'AccessLog', { retention: props.logRetention, removalPolicy: props.removalPolicy });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.rateLimit, burstLimit: props.burstLimit },
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup) },
    });
    this.url = stage.url;
    if (props.authorization.type === 'none') acknowledge(this, 'AwsSolutions-APIG4', 'Asked for explicitly, for an emulator.');
  }
}

function authorizer(authorization: ApiAuthorization): IHttpRouteAuthorizer {
  switch (authorization.type) {
    case 'iam':
      return new HttpIamAuthorizer();
    case 'jwt':
      return new HttpJwtAuthorizer('Jwt', authorization.issuer, { jwtAudience: [...authorization.audience] });
    case 'none':
      return new HttpNoneAuthorizer();
    default:
      return authorization satisfies never;
  }
}
