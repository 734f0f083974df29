import { describe, expect, it } from 'vitest';
import { tenantOf } from '../../lambdas/tenant.ts';
import { httpEvent } from './http-event.ts';

const withClaims = (claims: object) => httpEvent({ authorizer: { jwt: { claims, scopes: null } } });

describe('where no claim names the tenant', () => {
  const rule = { claim: undefined, otherwise: 'everybody' };

  it.each([
    ['no authorizer', httpEvent()],
    ['a token that says something', withClaims({ tenant: 'mine' })],
  ])('a request with %s is everybody’s', (_, event) => {
    expect(tenantOf(event, rule)).toBe('everybody');
  });
});

describe('where a claim names the tenant', () => {
  const rule = { claim: 'tenant', otherwise: 'everybody' };

  it('a request is for the tenant that its token says', () => {
    expect(tenantOf(withClaims({ tenant: 'mine', sub: 'me' }), rule)).toBe('mine');
  });

  it.each([
    ['without an authorizer', httpEvent()],
    ['of another authorizer', httpEvent({ authorizer: { iam: { userId: 'me' } } })],
    ['without claims', httpEvent({ authorizer: { jwt: {} } })],
    ['without the claim', withClaims({ sub: 'me' })],
    ['with an empty claim', withClaims({ tenant: '' })],
    ['with a claim that is no text', withClaims({ tenant: ['mine'] })],
  ])('a request %s is nobody’s', (_, event) => {
    expect(tenantOf(event, rule)).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__'])('what every object has is no claim (%s)', (claim) => {
    expect(tenantOf(withClaims({}), { ...rule, claim })).toBeUndefined();
  });
});
