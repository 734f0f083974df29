import { deflateRawSync } from 'node:zlib';

const known = new WeakMap<object, Buffer>();

/** A value as it is kept: its JSON, compressed. It must not change: who asks again gets the same bytes. */
export function packed(value: object): Buffer {
  let bytes = known.get(value);
  if (bytes === undefined) {
    bytes = deflateRawSync(JSON.stringify(value));
    known.set(value, bytes);
  }
  return bytes;
}
