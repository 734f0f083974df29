import { expect, it } from 'vitest';
import { API_URL_OUTPUT } from '../../lib/client/find-stack-endpoint.ts';
import { makeTemplate } from './make-template.ts';

it('has the address of the API where the client looks for it', () => {
  expect(Object.keys(makeTemplate().findOutputs(API_URL_OUTPUT))).toEqual([API_URL_OUTPUT]);
});
