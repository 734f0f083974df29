import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLarger, jsonBytes } from '../../../lib/local/asl/payload-size.ts';

describe('isLarger', () => {
  it('says what the bytes of the JSON say, at every limit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.integer({ min: -40, max: 400 }), (value, delta) => {
        const bytes = Buffer.byteLength(JSON.stringify(value));

        expect(jsonBytes(value)).toBe(bytes);
        expect(isLarger(value, bytes + delta)).toBe(delta < 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['\u0000', '"', '\\', '\ud800', '€', '😀', 'x'])('counts %j as JSON writes it', (character) => {
    const text = character.repeat(1_000);
    const bytes = Buffer.byteLength(JSON.stringify(text));

    expect(isLarger(text, bytes)).toBe(false);
    expect(isLarger(text, bytes - 1)).toBe(true);
  });
});
