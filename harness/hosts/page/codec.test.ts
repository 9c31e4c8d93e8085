import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from './codec.ts';

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, Number.MIN_VALUE),
);
const leaves = fc.oneof(
  numbers,
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.float32Array(),
  fc.float64Array(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.bigUint64Array(),
);
const { message } = fc.letrec((tie) => ({
  message: fc.oneof({ maxDepth: 4 }, leaves, tie('list'), tie('set'), tie('object')),
  list: fc.array(tie('message'), { maxLength: 5 }),
  set: fc.array(fc.string(), { maxLength: 5 }).map((words) => new Set(words)),
  // `$` marks what JSON does not know, and may be a key of what is sent all the same.
  object: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', 'is', 'of', 'bytes')), tie('message'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}));

test('whatever is sent arrives as it was', () => {
  fc.assert(
    fc.property(message, (value) => {
      expect(decode(encode(value))).toStrictEqual(value);
    }),
    { numRuns: 300 },
  );
});

test('a part of a longer buffer arrives without the rest', () => {
  const whole = Float32Array.of(1, 2, NaN, -Infinity, -0, 6);
  expect(decode(encode(whole.subarray(2, 5)))).toStrictEqual(Float32Array.of(NaN, -Infinity, -0));
});

test('long arrays arrive too', () => {
  const long = new Float32Array(300_000).map((_, index) => Math.sin(index));
  expect(decode(encode({ long }))).toStrictEqual({ long });
});

test('nothing else is taken for a message', () => {
  expect(() => encode(new DataView(new ArrayBuffer(4)))).toThrow('a DataView cannot be sent');
  expect(() => decode('{"$":"Map"}')).toThrow("'Map' is nothing that was sent");
});
