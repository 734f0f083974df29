import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { secretHeader } from '../../lib/aws/secret-header.ts';
import { type Answer, awsError, scriptCalls } from './scripted-calls.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';
const READ = ['GetSecretValueCommand', { SecretId: SECRET_ARN }];
const KEPT_MS = 300_000;

function scriptedHeader(...answers: readonly Answer[]) {
  const sent = scriptCalls(SecretsManagerClient, ...answers);
  const clock = { nowMs: 1_000 };
  const read = secretHeader({
    client: new SecretsManagerClient({ region: 'us-east-1' }),
    header: 'x-api-key',
    secretArn: SECRET_ARN,
    now: () => clock.nowMs,
  });
  return { read, sent, clock };
}

test('reads the secret when the header is first needed', async () => {
  const { read, sent } = scriptedHeader({ SecretString: 's3cret' });
  expect(sent).toEqual([]);

  expect(await read()).toEqual({ 'x-api-key': 's3cret' });

  expect(sent).toEqual([READ]);
});

test('uses the secret for just under five minutes, then reads it anew', async () => {
  const { read, sent, clock } = scriptedHeader({ SecretString: 'old' }, { SecretString: 'new' });
  await read();

  clock.nowMs = 1_000 + KEPT_MS - 1;
  expect(await read()).toEqual({ 'x-api-key': 'old' });
  expect(sent).toEqual([READ]);

  clock.nowMs = 1_000 + KEPT_MS;
  expect(await read()).toEqual({ 'x-api-key': 'new' });
  expect(sent).toEqual([READ, READ]);
});

test('counts the five minutes from each reading', async () => {
  const { read, sent, clock } = scriptedHeader({ SecretString: 'old' }, { SecretString: 'new' });
  await read();
  clock.nowMs = 1_000 + KEPT_MS;
  await read();

  clock.nowMs = 1_000 + 2 * KEPT_MS - 1;
  await read();

  expect(sent).toHaveLength(2);
});

test('tries a failed reading again the next time', async () => {
  const error = awsError('ThrottlingException');
  const { read } = scriptedHeader(error, { SecretString: 's3cret' });

  await expect(read()).rejects.toBe(error);

  expect(await read()).toEqual({ 'x-api-key': 's3cret' });
});

test('refuses a secret that is not text', async () => {
  const { read } = scriptedHeader({ SecretBinary: new Uint8Array([1]) });

  await expect(read()).rejects.toThrow(`the secret ${SECRET_ARN} is not text`);
});
