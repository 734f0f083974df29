import type middy from '@middy/core';
import { afterEach, expect, it, vi } from 'vitest';
import { tracing } from '../../lambdas/tracing.ts';

const request = {} as middy.Request;
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8';

function tracer() {
  const seen: string[] = [];
  const open = vi.fn(async () => ({ before: () => void seen.push('before'), after: () => void seen.push('after') }));
  return { open, seen, steps: tracing(open) };
}

afterEach(() => void vi.unstubAllEnvs());

it.each([`${ROOT};Sampled=0`, ROOT, undefined])('loads nothing for a request that is not sampled (%s)', async (header) => {
  vi.stubEnv('_X_AMZN_TRACE_ID', header);
  const { open, steps } = tracer();

  await steps.before(request);
  await steps.after(request);

  expect(open).not.toHaveBeenCalled();
});

it('traces sampled requests, having loaded once what that takes', async () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', `${ROOT};Sampled=1`);
  const { open, seen, steps } = tracer();

  for (let n = 0; n < 2; n++) {
    await steps.before(request);
    await steps.after(request);
  }

  expect(seen).toEqual(['before', 'after', 'before', 'after']);
  expect(open).toHaveBeenCalledTimes(1);
});

it('has a tracer to load', async () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', `${ROOT};Sampled=1`);

  await expect(tracing().before(request)).resolves.toBeUndefined();
});
