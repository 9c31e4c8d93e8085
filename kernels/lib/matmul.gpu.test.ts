/** Both products by both implementations against float64, at shapes that no tile divides. The kernels are written for this test. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../../harness/adapter.ts';
import { measureClock } from '../../harness/clock.ts';
import type { GpuContext } from '../../harness/context.ts';
import { createContext } from '../../harness/context.ts';
import { choiceFromEnv } from '../../harness/hosts/choice.ts';
import { openAdapter } from '../../harness/hosts/dawn.ts';
import { nodeHost } from '../../harness/hosts/node-host.ts';
import type { AxisValues } from '../../harness/params.ts';
import { resolveParams } from '../../harness/params.ts';
import { verifyCase } from '../../harness/verify.ts';
import type { BaseParams, Caps, Kernel, Plan } from '../contract.ts';
import { defineKernel, precisions } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, rowAddress, valueTensor } from './heads.ts';
import type { Matmul, MatmulShape, MatmulVariant } from './matmul.ts';
import { broadcastMatmul, matmulPass, tileMatmul } from './matmul.ts';
import { ceilDivide, quads } from './plan.ts';
import { sdpaCost, sdpaReference, sdpaTolerance } from './sdpa.ts';

let context: GpuContext;
beforeAll(async () => {
  const opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
});

const variants: readonly MatmulVariant[] = ['broadcast', 'tile'];

function matmulOf(variant: MatmulVariant, shape: MatmulShape, caps: Caps): Matmul {
  const matmul = variant === 'tile' ? tileMatmul(shape) : broadcastMatmul(shape, caps);
  if (matmul === null) throw new Error('the adapter has no subgroups');
  return matmul;
}

/** Sums of whole panels, whatever the implementation needs. */
const outerQuads = (p: BaseParams): number => 16 * ceilDivide(quads(p.dv), 16);

function planOf(p: BaseParams, shader: string, bindings: readonly string[], matmul: Matmul): Plan {
  const rowTiles = ceilDivide(p.n, matmul.tileRows);
  const workgroups = p.batch * p.heads * rowTiles;
  const pass = matmulPass(p.precision, matmul, {
    name: 'product',
    shader: `testing/${shader}.wgsl`,
    constants: { TILE_ROWS: matmul.tileRows },
    uniforms: {
      workgroups,
      row_tiles: rowTiles,
      n: p.n,
      m: p.m,
      d_quads: quads(p.d),
      dv_quads: quads(p.dv),
      n_quads: quads(p.n),
      outer_quads: outerQuads(p),
      scale: { f32: Math.LOG2E / Math.sqrt(p.d) },
    },
    bindings,
    workgroups,
  });
  return { variant: matmul.variant, scratch: [], passes: [pass] };
}

const attention = (variant: MatmulVariant): Kernel =>
  defineKernel({
    mechanism: 'test',
    summary: 'softmax attention by an inner and an outer product',
    exactness: 'exact',
    axes: {},
    tolerance: sdpaTolerance,
    contractCases: [],
    refuse: () => null,
    inputs: (p) => [queryTensor(p), keyTensor(p), valueTensor(p)],
    outputs: (p) => [attentionOutput(p)],
    plan(p, caps) {
      const shape = { precision: p.precision, innerQuads: quads(p.d), outerQuads: outerQuads(p) };
      return planOf(p, 'attention', ['q', 'k', 'v', 'y'], matmulOf(variant, shape, caps));
    },
    cost: sdpaCost,
    reference: (p, inputs, rows) => ({ y: sdpaReference(p, inputs, rows).y }),
    fromVector: () => ({ kind: 'unsupported', message: 'written for a test' }),
  });

const transposed = (variant: MatmulVariant): Kernel =>
  defineKernel({
    ...attention(variant),
    inputs: (p) => [{ ...keyTensor({ ...p, d: p.n }), name: 'k' }, valueTensor(p)],
    plan(p, caps) {
      const shape = { precision: p.precision, outerQuads: outerQuads(p) };
      return planOf(p, 'transposed', ['k', 'v', 'y'], matmulOf(variant, shape, caps));
    },
    reference(p, inputs, rows) {
      const y = new Float64Array(rows.length * p.dv);
      rows.forEach((row, at) => {
        const { head, i } = rowAddress(p, row);
        for (let j = 0; j < p.m; j++) {
          const weight = inputs.k.data[(head * p.m + j) * p.n + i];
          for (let c = 0; c < p.dv; c++) {
            y[at * p.dv + c] += weight * inputs.v.data[(head * p.m + j) * p.dv + c];
          }
        }
      });
      return { y };
    },
  });

const verify = (kernel: Kernel, axes: AxisValues) =>
  verifyCase(
    context,
    { id: 'matmul', kernel, folder: new URL('./', import.meta.url) },
    resolveParams(kernel.axes, axes),
  );

const shapes: readonly AxisValues[] = [
  { n: 1, heads: 1, d: 1, m: 1, dv: 1 },
  { n: 33, heads: 2, d: 20, m: 70, dv: 33 },
  { n: 100, heads: 1, d: 64, m: 63, dv: 64 },
  { n: 65, heads: 1, d: 12, m: 129, dv: 70 },
];

describe.each(variants)('%s', (variant) => {
  describe.each(precisions)('%s', (precision) => {
    it.each(shapes)('chains an inner and an outer product at %o', async (axes) => {
      const verdict = await verify(attention(variant), { ...axes, precision });
      expect(verdict).toMatchObject(
        precision === 'f16' && !context.caps.features.has('shader-f16')
          ? { kind: 'refused' }
          : { kind: 'right' },
      );
    });
  });

  it.each(shapes)('multiplies with loaded weights at %o', async (axes) => {
    expect(await verify(transposed(variant), axes)).toMatchObject({ kind: 'right' });
  });
});
