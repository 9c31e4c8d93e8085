import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vectorError, parseVector } from '../../harness/vectors.ts';
import type { GoldenVector } from '../../harness/vectors.ts';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import type { Tensors, VectorCase } from '../contract.ts';
import {
  maskUniforms,
  productScale,
  queryScale,
  sdpaAxes,
  sdpaCost,
  sdpaFromVector,
  sdpaReference,
  visibleKeys,
  visiblePairs,
} from './sdpa.ts';
import type { SdpaParams } from './sdpa.ts';

const folder = new URL('vectors/', import.meta.url);
const vectors = readdirSync(folder)
  .filter((name) => name.startsWith('sdpa_'))
  .map((name) => parseVector(readFileSync(new URL(name, folder), 'utf8'), name));
const [someVector] = vectors;

const params = (given: AxisValues): SdpaParams => {
  const { align, scale, ...base } = resolveParams(sdpaAxes, { heads: 1, ...given });
  return { ...base, align: align === 'bottom_right' ? align : 'top_left', scale: Number(scale) };
};

const read = (vector: GoldenVector): VectorCase => {
  const answer = sdpaFromVector(vector);
  if (answer.kind === 'unsupported') throw new Error(answer.message);
  return answer;
};

const allRows = (p: SdpaParams): number[] => Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);

describe('sdpaReference', () => {
  it.each(vectors)('agrees with $name', (vector) => {
    const { inputs, expected, ...read_ } = read(vector);
    const p = params(read_.params);
    const { y, lse } = sdpaReference(p, inputs, allRows(p));
    expect(vectorError(y, expected.y.data)).toBeLessThan(1e-13);
    expect(vectorError(lse, expected.lse.data)).toBeLessThan(1e-13);
  });

  it('answers for the asked rows only, in the order asked', () => {
    const { inputs, ...read_ } = read(someVector);
    const p = params(read_.params);
    const whole = sdpaReference(p, inputs, allRows(p));
    const rows = [0, 3, p.n, p.batch * p.heads * p.n - 1];
    const some = sdpaReference(p, inputs, rows);
    rows.forEach((row, at) => {
      expect(some.y.slice(at * p.dv, (at + 1) * p.dv)).toEqual(whole.y.slice(row * p.dv, (row + 1) * p.dv));
      expect(some.lse[at]).toBe(whole.lse[row]);
    });
  });

  const line = (data: readonly number[]): Tensors[string] => ({
    shape: [1, 1, data.length, 1],
    data: Float64Array.from(data),
  });

  it('gives 0 and lse = -Infinity to a row that sees no key', () => {
    const p = params({ n: 3, m: 1, d: 1, causal: true, align: 'bottom_right' });
    const { y, lse } = sdpaReference(p, { q: line([1, 1, 1]), k: line([2]), v: line([5]) }, [0, 1, 2]);
    expect([...y]).toEqual([0, 0, 5]);
    expect([...lse]).toEqual([-Infinity, -Infinity, 2]);
  });

  it('takes scores of -2000 and 1500', () => {
    const p = params({ n: 1, m: 3, d: 1, scale: 1 });
    const { y, lse } = sdpaReference(
      p,
      { q: line([1]), k: line([-2000, 1500, 1499]), v: line([7, 1, 0]) },
      [0],
    );
    expect(y[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
    expect(lse[0]).toBeCloseTo(1500 + Math.log1p(Math.exp(-1)), 10);
  });
});

const shape = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  m: fc.integer({ min: 1, max: 40 }),
  causal: fc.boolean(),
  align: fc.constantFrom('top_left', 'bottom_right'),
});

describe('the mask', () => {
  it('sees the pairs that the definition names', () => {
    fc.assert(
      fc.property(shape, (given) => {
        const p = params(given);
        let pairs = 0;
        for (let i = 0; i < p.n; i++) {
          let seen = 0;
          for (let j = 0; j < p.m; j++) {
            if (!p.causal || j <= (p.align === 'bottom_right' ? i + p.m - p.n : i)) seen++;
          }
          expect(visibleKeys(p, i)).toBe(seen);
          pairs += seen;
        }
        expect(visiblePairs(p)).toBe(pairs);
      }),
    );
  });

  it('is the same in the unsigned arithmetic of visible.wgsl', () => {
    fc.assert(
      fc.property(shape, fc.nat(39), (given, i) => {
        const p = params(given);
        const { lead, lag } = maskUniforms(p);
        const reach = i + 1 + lead;
        expect(Math.min(p.m, reach - Math.min(reach, lag))).toBe(visibleKeys(p, i));
      }),
    );
  });
});

describe('sdpaCost', () => {
  it('charges 2 P (d + dv) and P exponentials for the visible pairs of all heads', () => {
    const cost = sdpaCost(params({ batch: 2, heads: 6, kvHeads: 2, n: 100, d: 8, dv: 12, causal: true }));
    const pairs = 2 * 6 * ((100 * 101) / 2);
    expect(cost).toEqual({
      flops: 2 * pairs * 20,
      exps: pairs,
      bytesRead: 4 * 2 * (6 * 100 * 8 + 2 * 100 * (8 + 12)),
      bytesWritten: 4 * 2 * 6 * 100 * 12,
    });
  });

  it('halves the bytes in both f16 precisions and changes no work', () => {
    const [f32, f16, f16s] = ['f32', 'f16', 'f16s'].map((precision) =>
      sdpaCost(params({ n: 64, precision })),
    );
    expect(f16).toEqual(f16s);
    expect(f16).toEqual({ ...f32, bytesRead: f32.bytesRead / 2, bytesWritten: f32.bytesWritten / 2 });
  });

  it('keeps the work when heads share keys', () => {
    const own = sdpaCost(params({ n: 64, heads: 8 }));
    const shared = sdpaCost(params({ n: 64, heads: 8, kvHeads: 1 }));
    expect(shared.flops).toBe(own.flops);
    expect(shared.bytesRead).toBeLessThan(own.bytesRead);
  });
});

describe('the scale of f16 products', () => {
  it('splits into a power of two of at most 1 and the rest', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.boolean(), (size, negative) => {
        const scale = negative ? -size : size;
        const p = params({ n: 4, precision: 'f16', scale });
        expect(queryScale(p) * productScale(p)).toBe(scale);
        expect(Number.isInteger(Math.log2(queryScale(p)))).toBe(true);
        expect(queryScale(p)).toBeLessThanOrEqual(1);
        expect(Math.abs(productScale(p))).toBeGreaterThanOrEqual(1);
      }),
    );
    expect(queryScale(params({ n: 4, precision: 'f32' }))).toBe(1);
  });
});

describe('sdpaFromVector', () => {
  const reason = (change: Partial<GoldenVector>): string => {
    const answer = sdpaFromVector({ ...someVector, ...change });
    return answer.kind === 'unsupported' ? answer.message : 'taken';
  };

  it.each(['softcap', 'window_left', 'window_right', 'sink_tokens', 'offset', 'anything'])(
    'names the parameter %s that it does not know',
    (name) => {
      expect(reason({ params: { [name]: 1 } })).toBe(`parameter '${name}' is not supported`);
    },
  );

  it.each(['mask', 'alibi_slopes', 'kv_len', 'sink_logits'])(
    'names the input %s that it does not know',
    (name) => {
      const inputs = { ...someVector.inputs, [name]: someVector.inputs.q };
      expect(reason({ inputs })).toBe(`input '${name}' is not supported`);
    },
  );

  it('says what is wrong with a value or a shape', () => {
    expect(reason({ params: { causal: 'yes' } })).toContain('true or false, not "yes"');
    expect(reason({ params: { align: 'left' } })).toContain('top_left or bottom_right, not "left"');
    expect(reason({ params: { scale: 0 } })).toContain('a number other than 0, not 0');
    const { q, k, v } = someVector.inputs;
    expect(reason({ inputs: { q, v } })).toContain("input 'k' should have shape");
    expect(reason({ inputs: { q: { ...q, shape: [4] }, k, v } })).toContain("input 'q' should have shape");
    const [batch, , m, d] = k.shape;
    expect(reason({ inputs: { q, k: { ...k, shape: [batch, 3, m, d] }, v } })).toContain(
      '3 heads of k do not divide',
    );
  });

  it('adds the values of the axes that a kernel has of its own', () => {
    expect(sdpaFromVector(someVector, { variant: 'tile' })).toMatchObject({ params: { variant: 'tile' } });
  });
});
