import { describe, expect, it } from 'vitest';
import { makeTemplate } from './make-template.ts';
import { resourceOf, resourcesOf } from './resources.ts';

const template = makeTemplate();
const JWT = { type: 'jwt', issuer: 'https://issuer.example', audience: ['us', 'them'] } as const;

describe('the API', () => {
  it('is one route, whose requests all go to one function', () => {
    const { Properties: route } = resourceOf(template, 'AWS::ApiGatewayV2::Route');
    const { Properties: integration } = resourceOf(template, 'AWS::ApiGatewayV2::Integration');

    expect(route).toMatchObject({ RouteKey: '$default', Target: 'integrations/<HttpApiDefaultRouteHandler>' });
    expect(integration).toMatchObject({ IntegrationUri: '<FunctionsapiFunction.Arn>', PayloadFormatVersion: '2.0' });
  });

  it('takes so many requests and no more', () => {
    const { DefaultRouteSettings } = resourceOf(template, 'AWS::ApiGatewayV2::Stage').Properties;

    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
  });

  it('takes as many as are asked for', () => {
    const { Properties } = resourceOf(makeTemplate({ apiRateLimit: 7, apiBurstLimit: 9 }), 'AWS::ApiGatewayV2::Stage');

    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 });
  });

  it('logs its requests', () => {
    expect(resourceOf(template, 'AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings).toMatchObject({
      DestinationArn: '<HttpAccessLog.Arn>',
    });
  });
});

describe('requests are authorised', () => {
  it('by signature, unless something else is asked for', () => {
    expect(resourceOf(template, 'AWS::ApiGatewayV2::Route').Properties).toMatchObject({ AuthorizationType: 'AWS_IAM' });
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer')).toEqual({});
    expect(makeTemplate({ authorization: { type: 'iam' } }).toJSON()).toEqual(template.toJSON());
  });

  it('by token of an issuer, for an audience', () => {
    const withTokens = makeTemplate({ authorization: JWT });

    expect(resourceOf(withTokens, 'AWS::ApiGatewayV2::Route').Properties).toMatchObject({
      AuthorizationType: 'JWT',
      AuthorizerId: '<HttpApiJwt>',
    });
    expect(resourcesOf(withTokens, 'AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      HttpApiJwt: {
        Properties: {
          AuthorizerType: 'JWT',
          IdentitySource: ['$request.header.Authorization'],
          JwtConfiguration: { Issuer: JWT.issuer, Audience: ['us', 'them'] },
        },
      },
    });
  });

  it('not at all, where just that is asked for', () => {
    const open = makeTemplate({ authorization: { type: 'none' } });

    expect(resourceOf(open, 'AWS::ApiGatewayV2::Route').Properties).toMatchObject({ AuthorizationType: 'NONE' });
  });
});
