import { afterEach, expect, it, vi } from 'vitest';
import { findRegion } from '../../lib/client/find-region.ts';

afterEach(() => vi.unstubAllEnvs());

function noConfiguration(): void {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
}

it.each([
  ['abc.execute-api.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['abc.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['vpce-1.execute-api.us-gov-west-1.vpce.amazonaws.com', 'us-gov-west-1'],
])('reads the region of %s', async (host, region) => {
  vi.stubEnv('AWS_REGION', 'us-east-1');

  expect(await findRegion(new URL(`https://${host}`))).toBe(region);
});

it('takes AWS_REGION for a domain of its own', async () => {
  vi.stubEnv('AWS_REGION', 'ap-south-1');

  expect(await findRegion(new URL('https://api.example.com'))).toBe('ap-south-1');
});

it('says what to do where nothing tells it', async () => {
  noConfiguration();

  await expect(findRegion(new URL('https://api.example.com'))).rejects.toThrow(
    'the region of api.example.com is not known: set AWS_REGION',
  );
});
