import { expect, it } from 'vitest';
import { makeApi } from './make-api.ts';

it.each(['/', '/run', '/runs/', '/runs//tasks', '/runs/a/tasks/', '/runs/a/nothing', '/callbacks'])(
  'does not know the path %s',
  async (path) => {
    const { status, headers } = await makeApi().get(path);

    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
  },
);

it.each([
  ['DELETE', '/runs', 'GET'],
  ['DELETE', '/plans', 'POST, GET'],
  ['HEAD', '/stats', 'GET'],
  ['PUT', '/runs/a/tasks/b/c', 'GET'],
])('refuses %s %s and says what the path takes', async (method, path, allow) => {
  const { status, headers } = await makeApi().call(method, path);

  expect(status).toBe(405);
  expect(headers.allow).toBe(allow);
});

it('tells callers nothing of what went wrong inside, and logs it', async () => {
  const { get, platform, errors } = makeApi();
  platform.close(); // from now on the store fails

  const { status, body } = await get('/stats');

  expect(status).toBe(500);
  expect(body.detail).toBe('something went wrong inside; it has been logged');
  expect(errors).toHaveLength(1);
});

it('asks to come again where the store is too busy', async () => {
  const { get, platform } = makeApi();
  platform.store.getStatistics = () => Promise.reject(Object.assign(new Error('throttled'), { code: 'E5801' }));

  expect(await get('/stats')).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'E5801' } });
});
