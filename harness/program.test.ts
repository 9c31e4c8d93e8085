import { describe, expect, it } from 'vitest';
import type { Pass } from '../kernels/contract.ts';
import { foldWorkgroups } from './executor.ts';
import { prelude, sourceLocation, specialise, uniformBytes } from './program.ts';

const pass: Pass = {
  name: 'scores',
  shader: 'flash.wgsl',
  includes: ['../lib/storage-f16.wgsl'],
  enables: ['subgroups', 'f16'],
  constants: { TILE: 32, CAUSAL: true, EPSILON: { f32: 1e-6 }, HALF: { f32: 2 } },
  uniforms: { n: 5, scale: { f32: 0.5 } },
  bindings: ['q'],
  workgroups: 1,
};

describe('prelude', () => {
  it('is sorted and the same whatever the order of the plan', () => {
    const shuffled = {
      ...pass,
      enables: ['f16', 'subgroups'],
      constants: { HALF: { f32: 2 }, EPSILON: { f32: 1e-6 }, TILE: 32, CAUSAL: true },
    };
    expect(prelude(shuffled)).toBe(prelude(pass));
    expect(prelude(pass)).toMatchInlineSnapshot(`
      "diagnostic(off, subgroup_uniformity);
      enable f16;
      enable subgroups;
      const CAUSAL: bool = true;
      const EPSILON: f32 = 9.999999974752427e-7f;
      const HALF: f32 = 2.0f;
      const TILE: u32 = 32u;
      struct Uniforms { n: u32, scale: f32 }
      // The index of this workgroup among all; the last few may lie past the end.
      fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 { return id.x + id.y * count.x; }
      "
    `);
  });
  it('refuses a bare number that is no u32', () => {
    expect(() => prelude({ ...pass, constants: { SCALE: 0.5 } })).toThrow('SCALE = 0.5 is no u32');
    expect(() => uniformBytes({ n: -1 })).toThrow('n = -1 is no u32');
  });
});

describe('specialise', () => {
  it("tells errors at the file's own line", () => {
    const texts: Record<string, string> = { '../lib/storage-f16.wgsl': 'a\nb\n', 'flash.wgsl': 'x\ny\nz' };
    const { code, segments } = specialise(pass, (path) => texts[path]);
    const line = code.split('\n').indexOf('y') + 1;
    expect(sourceLocation(segments, line, 7)).toBe('flash.wgsl:2:7');
    expect(sourceLocation(segments, code.split('\n').indexOf('a') + 1, 1)).toBe('storage-f16.wgsl:1:1');
    expect(sourceLocation(segments, 2, 1)).toBe('(prelude):2:1');
  });
});

describe('uniformBytes', () => {
  it('lays fields out in order, four bytes each', () => {
    const bytes = uniformBytes({ n: 5, scale: { f32: 0.5 }, a: 1, b: 2, c: 3 });
    expect(bytes.byteLength).toBe(32);
    expect(new Uint32Array(bytes)[0]).toBe(5);
    expect(new Float32Array(bytes)[1]).toBe(0.5);
    expect(new Uint32Array(bytes)[4]).toBe(3);
  });
});

describe('foldWorkgroups', () => {
  const limits = { limits: { maxComputeWorkgroupsPerDimension: 65535 } };
  it('covers every count and stays within the limit', () => {
    for (const total of [1, 65535, 65536, 70000, 1_000_000, 65535 * 3]) {
      const [x, y] = foldWorkgroups(total, limits);
      expect(x * y).toBeGreaterThanOrEqual(total);
      expect(x * y - total).toBeLessThan(y);
      expect(Math.max(x, y)).toBeLessThanOrEqual(65535);
    }
  });
});
