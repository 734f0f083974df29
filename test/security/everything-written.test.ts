import { afterEach, describe, expect, it } from 'vitest';
import { EverythingWritten, secretsIn } from './everything-written.ts';

const SECRETS = { key: 's3cret "of" a tenant' };

describe('a secret is found', () => {
  const { key } = SECRETS;

  it.each([
    ['as it is', `x${key}x`],
    ['in JSON', JSON.stringify({ a: [key] })],
    ['in a URL', `https://x.example/?a=${encodeURIComponent(key)}`],
    ['in hexadecimal digits', Buffer.from(`.${key}.`).toString('hex')],
    ...['', 'a', 'bb', 'ccc', 'dddd'].map((before) => [
      `in base64 behind "${before}"`,
      Buffer.from(`${before}${key}end`).toString('base64'),
    ]),
  ])('%s', (_, text) => {
    expect(secretsIn(text!, SECRETS)).toEqual(['key']);
  });

  it('not where it is not', () => {
    expect(secretsIn('s3cret of a tenant', SECRETS)).toEqual([]);
  });
});

describe('what is written is seen', () => {
  let written: EverythingWritten | undefined;
  afterEach(() => written?.restore());

  it.each([
    ['to standard output', () => process.stdout.write(SECRETS.key)],
    ['to standard error, as bytes', () => process.stderr.write(Buffer.from(SECRETS.key))],
    ['to the console', () => console.warn('x', SECRETS.key)],
    ['to the console, deep in an object', () => console.debug({ a: { b: { c: { d: { e: SECRETS.key } } } } })],
    ['to the console, as the cause of an error', () => console.error(new Error('x', { cause: new Error(SECRETS.key) }))],
  ])('%s', (_, write) => {
    written = new EverythingWritten();

    write();

    expect(secretsIn(written.text, SECRETS)).toEqual(['key']);
  });
});
