import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AxisSpecs } from '../kernels/contract.ts';
import { parseOverrides, refuseUnknownAxes } from './axis-overrides.ts';
import { axisValuesOf, caseId, parseCaseId } from './case-id.ts';
import { resolveParams } from './params.ts';
import { parseShard, shardOf } from './shard.ts';
import type { Suite } from './sweep.ts';
import { defineSuite, expandCase, expandSuite, powersOfTwo, samplingOf } from './sweep.ts';

const own: AxisSpecs = {
  window: { kind: 'integer', min: 1, default: 64, summary: 'keys on each side' },
  align: { kind: 'choice', default: 'top_left', choices: ['top_left', 'bottom_right'], summary: 'mask' },
};
const dense = { id: 'dense', kernel: { axes: {} } };
const sparse = { id: 'sparse', kernel: { axes: own } };

const suite = defineSuite({
  description: 'for the tests',
  kernels: 'all',
  base: { heads: 2, n: 256, d: 32 },
  vary: { n: [128, 256, 512] },
});
const ids = (over: Partial<Suite>, axes: readonly string[] = [], software = false): readonly string[] =>
  expandSuite('s', { ...suite, ...over }, [dense, sparse], software, parseOverrides(axes)).map(
    ({ id }) => id,
  );
const thrown = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
};

describe('a suite expands to', () => {
  test('its base and one-axis deviations, the kernels of a point together', () => {
    expect(ids({ vary: { n: [128, 256], heads: [1, 2] } })).toEqual([
      's/dense:n=128,heads=2,d=32,precision=f32',
      's/sparse:n=128,heads=2,d=32,precision=f32',
      's/dense:n=256,heads=2,d=32,precision=f32',
      's/sparse:n=256,heads=2,d=32,precision=f32',
      's/dense:n=256,heads=1,d=32,precision=f32',
      's/sparse:n=256,heads=1,d=32,precision=f32',
    ]);
  });

  test('the base first where no axis passes through it', () => {
    expect(ids({ vary: { n: [128] } })[0]).toBe('s/dense:n=256,heads=2,d=32,precision=f32');
    expect(ids({ vary: {} })).toHaveLength(2);
  });

  test('own axes for the kernels that have them, only where they have them', () => {
    expect(ids({ vary: { window: [8, 64] } })).toEqual([
      's/dense:n=256,heads=2,d=32,precision=f32',
      's/sparse:n=256,heads=2,d=32,precision=f32,window=8',
      's/sparse:n=256,heads=2,d=32,precision=f32',
    ]);
    expect(ids({ vary: {}, with: { sparse: { window: 16 } } })[1]).toContain('window=16');
  });

  test('fewer values for a kernel under `only`', () => {
    expect(ids({ only: { dense: { n: [128] } } }).filter((id) => id.includes('dense'))).toEqual([
      's/dense:n=256,heads=2,d=32,precision=f32',
      's/dense:n=128,heads=2,d=32,precision=f32',
    ]);
  });

  test('points of several axes for the kernels that have all of them', () => {
    const also = [{ m: 512, causal: true, align: 'bottom_right' }];
    expect(ids({ vary: {}, also }).slice(2)).toEqual([
      's/sparse:n=256,heads=2,d=32,precision=f32,m=512,causal=true,align=bottom_right',
    ]);
    expect(ids({ vary: {}, also }, ['align=top_left']).slice(2)).toEqual([
      's/sparse:n=256,heads=2,d=32,precision=f32,m=512,causal=true',
    ]);
  });

  test('another base and other values on a software adapter, and only there', () => {
    const over: Partial<Suite> = {
      software: { base: { n: 64 }, vary: { n: [32] }, sampling: { seconds: 9 } },
    };
    expect(ids(over, [], true)).toEqual([
      's/dense:n=64,heads=2,d=32,precision=f32',
      's/sparse:n=64,heads=2,d=32,precision=f32',
      's/dense:n=32,heads=2,d=32,precision=f32',
      's/sparse:n=32,heads=2,d=32,precision=f32',
    ]);
    expect(ids(over)).toEqual(ids({}));
    expect(samplingOf({ ...suite, ...over }, true).seconds).toBe(9);
    expect(samplingOf({ ...suite, ...over }, false).seconds).not.toBe(9);
  });
});

describe('an override', () => {
  test('of several values replaces the varied values and keeps the base among them', () => {
    expect(
      ids({ vary: { n: [64], heads: [1] } }, ['n=128,256']).filter((id) => id.includes('dense')),
    ).toEqual([
      's/dense:n=256,heads=1,d=32,precision=f32',
      's/dense:n=128,heads=2,d=32,precision=f32',
      's/dense:n=256,heads=2,d=32,precision=f32',
    ]);
  });

  test('of one value goes into the base and is no longer varied', () => {
    expect(ids({}, ['n=1000'])).toEqual([
      's/dense:n=1000,heads=2,d=32,precision=f32',
      's/sparse:n=1000,heads=2,d=32,precision=f32',
    ]);
  });

  test('wins over what the suite says of a kernel', () => {
    const over: Partial<Suite> = { with: { sparse: { window: 16 } }, only: { sparse: { n: [128] } } };
    expect(ids(over, ['window=32', 'n=64,96']).filter((id) => id.includes('sparse'))).toEqual([
      's/sparse:n=64,heads=2,d=32,precision=f32,window=32',
      's/sparse:n=96,heads=2,d=32,precision=f32,window=32',
    ]);
  });

  test('of an axis that one kernel has leaves the other alone', () => {
    expect(ids({ vary: {} }, ['window=8,16'])).toEqual([
      's/dense:n=256,heads=2,d=32,precision=f32',
      's/sparse:n=256,heads=2,d=32,precision=f32,window=8',
      's/sparse:n=256,heads=2,d=32,precision=f32,window=16',
    ]);
  });

  test('of causal keeps the default as the base of the other axes', () => {
    expect(ids({ vary: { heads: [1] } }, ['causal=true,false'])[0]).toBe(
      's/dense:n=256,heads=1,d=32,precision=f32',
    );
  });

  test('applies to a single case too', () => {
    const sampling = samplingOf(suite, true);
    const cases = expandCase('adhoc', sparse, { n: 64 }, sampling, parseOverrides(['precision=f32,f16s']));
    expect(cases.map(({ id }) => id)).toEqual([
      'adhoc/sparse:n=64,heads=8,d=64,precision=f32',
      'adhoc/sparse:n=64,heads=8,d=64,precision=f16s',
    ]);
  });
});

describe('override words', () => {
  test.each([
    ['n=256', ['256']],
    ['n=256,1024,256', ['256', '1024']],
    ['n=256:4096:*2', ['256', '512', '1024', '2048', '4096']],
    ['n=100:400:+150', ['100', '250', '400']],
    ['n=1,8:10:+1', ['1', '8', '9', '10']],
    ['scale=0.5:2:*2', ['0.5', '1', '2']],
  ])('%s', (word, values) => {
    expect(Object.values(parseOverrides([word]))).toEqual([values]);
  });

  test.each([
    ['n', "UsageError: 'n' is not axis=value, axis=value,value or axis=first:last:*factor"],
    ['=3', "UsageError: '=3' is not axis=value, axis=value,value or axis=first:last:*factor"],
    ['n=1,', "UsageError: 'n=1,' is not axis=value, axis=value,value or axis=first:last:*factor"],
    [
      'n=1:8',
      "UsageError: '1:8' is not a range for axis 'n'; write first:last:*factor or first:last:+step, such as n=256:4096:*2",
    ],
    [
      'n=8:1:*2',
      "UsageError: '8:1:*2' is not a range for axis 'n'; it goes upwards, first:last:*factor or first:last:+step",
    ],
    [
      'n=1:8:2',
      "UsageError: '1:8:2' is not a range for axis 'n'; it goes upwards, first:last:*factor or first:last:+step",
    ],
    ['n=1:8:*1', "UsageError: range '1:8:*1' of axis 'n' never gets past 1"],
    ['n=1:8:+0', "UsageError: range '1:8:+0' of axis 'n' never gets past 1"],
    ['n=0:8:*2', "UsageError: range '0:8:*2' of axis 'n' never gets past 0"],
    ['n=1:9999999:+1', "UsageError: range '1:9999999:+1' of axis 'n' has more than 1000 values"],
  ])('refuses %s', (word, sentence) => {
    expect(thrown(() => parseOverrides([word]))).toBe(sentence);
  });

  test('refuses an axis twice, an unknown axis, a value out of range', () => {
    expect(thrown(() => parseOverrides(['n=1', 'n=2']))).toBe(
      "UsageError: axis 'n' is given twice; write its values together: -a n=value,value",
    );
    expect(thrown(() => refuseUnknownAxes(parseOverrides(['windw=3']), [dense, sparse]))).toBe(
      "UsageError: unknown axis 'windw'; did you mean 'window'?",
    );
    expect(thrown(() => refuseUnknownAxes(parseOverrides(['constructor=3']), [dense]))).toBe(
      "UsageError: unknown axis 'constructor'; there are batch, heads, kvHeads, n, m, d, dv, precision, causal",
    );
    expect(thrown(() => ids({}, ['window=0']))).toBe(
      "UsageError: axis 'window' is a whole number from 1, not '0'",
    );
    expect(thrown(() => ids({}, ['align=topleft']))).toBe(
      "UsageError: axis 'align' is one of top_left, bottom_right, not 'topleft'; did you mean 'top_left'?",
    );
    expect(thrown(() => ids({}, ['n=1.5']))).toBe("UsageError: axis 'n' is a whole number from 1, not '1.5'");
  });
});

describe('shards', () => {
  test('share a sweep: nothing lost, nothing twice, sizes differ by at most one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (items, of) => {
          const shards = Array.from({ length: of }, (_, at) => shardOf(items, { index: at + 1, of }));
          expect(shards.flat().toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
          const sizes = shards.map(({ length }) => length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('are written index/count', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, of: 4 });
    for (const text of ['0/4', '5/4', '1', '1/0', 'a/b', '1/2/3', '-1/2']) {
      expect(thrown(() => parseShard(text))).toBe(
        `UsageError: '${text}' is not a shard; write index/count with an index from 1 to count, such as 1/4`,
      );
    }
  });
});

test('a case id read back names the same case', () => {
  const axes: AxisSpecs = { ...own, scale: { kind: 'number', default: 0, summary: 'of scores' } };
  const values = fc.record({
    batch: fc.integer({ min: 1, max: 9 }),
    heads: fc.integer({ min: 1, max: 64 }),
    n: fc.integer({ min: 1, max: 1e6 }),
    m: fc.integer({ min: 1, max: 1e6 }),
    d: fc.integer({ min: 1, max: 512 }),
    dv: fc.integer({ min: 1, max: 512 }),
    precision: fc.constantFrom('f32', 'f16', 'f16s'),
    causal: fc.boolean(),
    window: fc.integer({ min: 1, max: 9999 }),
    align: fc.constantFrom('top_left', 'bottom_right'),
    scale: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
  });
  fc.assert(
    fc.property(values, (given) => {
      const params = resolveParams(axes, given);
      const id = caseId('scaling', 'sparse', axes, params);
      const parsed = parseCaseId(id);
      expect(parsed.suite).toBe('scaling');
      expect(resolveParams(axes, axisValuesOf(parsed, axes))).toEqual(params);
    }),
  );
});

test('powersOfTwo', () => {
  expect(powersOfTwo(128, 1000)).toEqual([128, 256, 512]);
});
