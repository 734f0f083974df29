import { expect, it } from 'vitest';
import { writeRequest } from '../../lib/client/request.ts';
import { signRequests } from '../../lib/client/sign-requests.ts';

/* The signatures are botocore's, for the same requests at the same time. */
const NOW = new Date('2015-08-30T12:36:00Z');
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SCOPE = 'Credential=AKIDEXAMPLE/20150830/eu-west-1/execute-api/aws4_request';
const ENDPOINT = new URL('https://abc.execute-api.eu-west-1.amazonaws.com');

const signer = (more = {}) => signRequests('eu-west-1', { credentials: async () => ({ ...CREDENTIALS, ...more }), now: () => NOW });

it('signs a request without a body', async () => {
  const sign = await signer();
  const request = writeRequest(ENDPOINT, { method: 'GET', path: ['runs', 'r 1', 'tasks', 'a/b!'], query: { limit: 20, cursor: 'a+b' } });

  expect(await sign(request)).toEqual({
    accept: 'application/json',
    'x-amz-date': '20150830T123600Z',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    authorization: `AWS4-HMAC-SHA256 ${SCOPE}, SignedHeaders=accept;host;x-amz-content-sha256;x-amz-date, Signature=635566985c8410b418e3633c39bdd10b787b95502443227ff8efe130718076e9`,
  });
});

it('signs the body, the key and the token of a session', async () => {
  const sign = await signer({ sessionToken: 'SESSION' });
  const body = { plan: { tasks: [{ task_id: 'ä' }] } };
  const request = writeRequest(ENDPOINT, { method: 'POST', path: ['plans'], headers: { 'idempotency-key': 'key-1' }, body });

  expect(await sign(request)).toMatchObject({
    'x-amz-security-token': 'SESSION',
    'x-amz-content-sha256': 'a62442be6f5e9ff530d6cc87f783d172442e961295b02b0ec41d1f364d5fcee2',
    authorization: `AWS4-HMAC-SHA256 ${SCOPE}, SignedHeaders=accept;content-type;host;idempotency-key;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=a231c2a35880358b55c8701662568cd2b1d19d3526e14c346ecb42ec8e65131a`,
  });
});

it('says in one line that there are no credentials', async () => {
  const sign = await signRequests('eu-west-1', { credentials: () => Promise.reject(new Error('none found')) });

  await expect(sign(writeRequest(ENDPOINT, { method: 'GET', path: ['stats'] }))).rejects.toMatchObject({
    name: 'SigningError',
    message: 'there are no AWS credentials to sign requests with: none found',
  });
});
