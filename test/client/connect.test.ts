import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../lib/client/connect.ts';
import { inOrder, startScriptedServer } from './scripted-server.ts';

const STATS = inOrder({ body: { plans_executed: 1 } });

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** Takes the place of the network; gives the headers of what is sent. */
function catchHeaders(): Headers[] {
  const caught: Headers[] = [];
  vi.stubGlobal('fetch', async (_: URL, init: RequestInit) => {
    caught.push(new Headers(init.headers));
    return Response.json({ plans_executed: 1 });
  });
  return caught;
}

it('sends nothing of anybody to this machine', async () => {
  using server = await startScriptedServer(STATS);

  await (await connect({ endpoint: server.url })).getStats();

  expect(server.taken[0]!.headers).not.toHaveProperty('authorization');
  expect(server.taken[0]!.headers).not.toHaveProperty('x-amz-date');
});

it('sends a token where there is one', async () => {
  using server = await startScriptedServer(STATS);

  await (await connect({ endpoint: server.url, token: 'abc.def' })).getStats();

  expect(server.taken[0]!.headers.authorization).toBe('Bearer abc.def');
});

it('signs for everywhere else, with the credentials of the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  const sent = catchHeaders();

  await (await connect({ endpoint: 'https://abc.execute-api.eu-north-1.amazonaws.com' })).getStats();

  expect(sent[0]!.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-north-1\/execute-api\/aws4_request, /);
});

it('finds the API of a stack', async () => {
  using server = await startScriptedServer(STATS);
  const outputs = [{ OutputKey: 'ApiUrl', OutputValue: `${server.url}/` }];
  mockClient(CloudFormationClient)
    .on(DescribeStacksCommand)
    .resolves({ Stacks: [{ StackName: 's', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs: outputs }] });

  await (await connect({ stack: 's' })).getStats();

  expect(server.taken[0]!.url).toBe('/stats');
});

describe('refuses', () => {
  it.each([
    ['here', '"here" is not an http(s) URL'],
    ['ftp://api.test', '"ftp://api.test" is not an http(s) URL'],
    ['https://api.test?x', 'https://api.test/: an endpoint has no ? and no #'],
    ['https://api.test/#x', 'https://api.test/: an endpoint has no ? and no #'],
    ['https://me:geheim@api.test', 'an endpoint has no user or password in it'],
    ['ftp://me:geheim@api.test', '"ftp://api.test" is not an http(s) URL'],
  ])('the endpoint %s', async (endpoint, message) => {
    await expect(connect({ endpoint })).rejects.toMatchObject({ name: 'EndpointError', message });
  });

  it('to send a token in the clear', async () => {
    await expect(connect({ endpoint: 'http://api.test', token: 'geheim' })).rejects.toThrow(
      'http://api.test would get the token in the clear',
    );
  });

  it('a token that no header can have, without printing it', async () => {
    const error: unknown = await connect({ endpoint: 'https://api.test', token: 'ge\nheim' }).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name: 'RequestError' });
    expect(String(error)).not.toContain('heim');
  });
});
