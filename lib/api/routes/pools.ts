import { z } from 'zod';
import { MAX_SHARED_PLACES, poolName } from '../../model/pool-name.ts';
import { route } from '../route.ts';
import { poolLimit, poolList } from '../schemas.ts';

export const listPools = route({
  method: 'GET',
  template: '/pools',
  operationId: 'listPools',
  summary: 'Lists the pools that all runs share.',
  answers: { 200: { description: 'The pools, with what is taken and how many runs wait.', schema: poolList } },
  async handle({ runtime }) {
    return { status: 200, body: { pools: await runtime.store.listSharedPools() } };
  },
});

export const putPool = route({
  method: 'PUT',
  template: '/pools/{name}',
  operationId: 'putPool',
  summary: 'Makes a pool that all runs share, or changes its limit, which holds from now on.',
  path: { name: poolName },
  body: z.strictObject({ limit: z.int().min(1).max(MAX_SHARED_PLACES) }).meta({ id: 'PoolLimit' }),
  answers: { 200: { description: 'The pool.', schema: poolLimit } },
  refusals: [413, 415],
  async handle({ runtime }, { path: { name }, body: { limit } }) {
    await runtime.store.putSharedPool({ name, limit });
    return { status: 200, body: { name, limit } };
  },
});
