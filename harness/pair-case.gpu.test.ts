/** A case of two packs on the adapter at hand, in every way it can end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Kernel, Plan } from '../kernels/contract.ts';
import { createContext } from './context.ts';
import { folderUrl, loadKernel } from './hosts/kernel-folders.ts';
import { nodeHost } from './hosts/node-host.ts';
import type { PairOutcome, PairRequest } from './pair-case.ts';
import type { LoadSide, PairedCase, PairSide } from './pair-plan.ts';
import { pairCase } from './pair-case.ts';
import { planPair } from './pair-plan.ts';
import { resolveParams } from './params.ts';
import { elementKernel } from './testing/element-kernel.ts';
import { withAdapter } from './testing/with-adapter.ts';
import { expectedSeed } from './testing/red-team/attention.ts';

const work = mkdtempSync(join(tmpdir(), 'attnbench-pair-'));
const adapter = withAdapter();
afterAll(() => {
  adapter().context.device.destroy();
  rmSync(work, { recursive: true });
});

const wgsl = (write: string): string => `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
  let at = workgroup_index(id, count);
  if (at >= arrayLength(&x)) { return; }
  ${write}
}`;
const honest = 'y[at] = x[at];';
const twice = 'y[at] = x[at] * 2.0;';
/** Poison is NaN: an element that was written once is left as it is. */
const wrongLater = 'if ((bitcast<u32>(y[at]) & 0x7fffffffu) > 0x7f800000u) { y[at] = x[at]; }';

const length = 4;
const element = elementKernel((): Plan => ({
  variant: 'element',
  scratch: [],
  passes: [
    {
      name: 'move',
      shader: 'element.wgsl',
      includes: [],
      enables: [],
      constants: {},
      uniforms: {},
      bindings: ['x', 'y'],
      workgroups: length,
    },
  ],
}));

/** The kernels of a test, by side. */
interface Sides {
  readonly base?: { readonly write: string; readonly kernel?: Kernel };
  readonly head?: { readonly write: string; readonly kernel?: Kernel };
}

function paired(sides: Sides): { readonly cases: PairedCase; readonly load: LoadSide } {
  const params = resolveParams({}, { n: length });
  const sideOf = (name: 'base' | 'head'): PairSide | null => {
    const given = sides[name];
    if (given === undefined) return null;
    const folder = mkdtempSync(join(work, `${name}-`));
    writeFileSync(join(folder, 'element.wgsl'), wgsl(given.write));
    return { kernels: folderUrl(folder).href, kernel: name, params };
  };
  return {
    cases: { base: sideOf('base'), head: sideOf('head') },
    load: async ({ kernel, kernels }) => {
      const given = kernel === 'base' ? sides.base : sides.head;
      return { id: kernel, kernel: given?.kernel ?? element, folder: new URL(kernels) };
    },
  };
}

async function pair(sides: Sides, changes: Partial<PairRequest> = {}): Promise<PairOutcome> {
  const { cases, load } = paired(sides);
  const request = { ...cases, seed: 's', orderSeed: 'o', pairs: 10, seconds: 10, check: 'full' as const };
  return pairCase(adapter().context, load, { ...request, ...changes });
}

describe('a pair', () => {
  it('that is right on both sides has as many pairs of each order, and a control', async () => {
    const outcome = await pair({ base: { write: honest }, head: { write: `${honest} // again` } });
    if (outcome.kind !== 'timed') throw new Error(JSON.stringify(outcome));
    expect(outcome.pairs).toHaveLength(10);
    expect(outcome.pairs.filter(({ order }) => order === 'base first')).toHaveLength(5);
    expect(outcome.control.length).toBeGreaterThanOrEqual(4);
    expect(outcome.checks).toMatchObject({ base: { nmse: 0 }, head: { nmse: 0 } });
    expect(outcome.tickShare).toBeLessThanOrEqual(0.01);
  });

  it('compiles the control apart from head', async () => {
    const made: string[] = [];
    const counting = new Proxy(adapter().context.device, {
      get(target, name) {
        if (name === 'createShaderModule') {
          return (descriptor: GPUShaderModuleDescriptor) => {
            made.push(descriptor.code);
            return target.createShaderModule(descriptor);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const own = createContext(counting, nodeHost, adapter().context.caps, adapter().context.clock);
    const { cases, load } = paired({ base: { write: honest }, head: { write: `${honest} // other` } });
    const request = { ...cases, seed: 's', orderSeed: 'o', pairs: 6, seconds: 0.1, check: 'full' as const };
    expect((await pairCase(own, load, request)).kind).toBe('timed');
    expect(made).toHaveLength(3);
    expect(new Set(made).size).toBe(3);
  });

  it.each<readonly [string, Sides, object]>([
    ['wrong in head', { base: { write: honest }, head: { write: twice } }, { kind: 'wrong', side: 'head' }],
    ['wrong in base', { base: { write: twice }, head: { write: honest } }, { kind: 'wrong', side: 'base' }],
    [
      'wrong in both is wrong in head',
      { base: { write: twice }, head: { write: twice } },
      { kind: 'wrong', side: 'head' },
    ],
    [
      'wrong only while it is timed',
      { base: { write: honest }, head: { write: wrongLater } },
      {
        kind: 'wrong',
        side: 'head',
        message: expect.stringMatching(/^right when it was checked, wrong while it was timed: y is off/),
      },
    ],
    [
      'of a head that does not compile',
      { base: { write: honest }, head: { write: 'y[at] = nothing;' } },
      { kind: 'failed', side: 'head', message: expect.stringMatching(/^element\.wgsl:8:11: /) },
    ],
    [
      'of a base that does not compile',
      { base: { write: 'y[at] = nothing;' }, head: { write: honest } },
      { kind: 'failed', side: 'base' },
    ],
    [
      'of a base that does not compile and a head that is wrong',
      { base: { write: 'y[at] = nothing;' }, head: { write: twice } },
      { kind: 'wrong', side: 'head' },
    ],
    ['of head alone', { head: { write: honest } }, { kind: 'checked', check: { nmse: 0 } }],
    ['of head alone, wrong', { head: { write: twice } }, { kind: 'wrong', side: 'head' }],
  ])('%s', async (_, sides, expected) => {
    expect(await pair(sides)).toMatchObject(expected);
  });

  it('checks in every process, and fewer rows where an earlier one has checked them all', async () => {
    const sides = { base: { write: honest }, head: { write: twice } };
    expect(await pair(sides, { check: 'some rows' })).toMatchObject({ kind: 'wrong', side: 'head' });
  });

  it('of a kernel whose code throws is told of its side, whichever part throws', async () => {
    const throwing = (): never => {
      throw new TypeError('caps.units is not iterable');
    };
    for (const part of ['plan', 'inputs', 'cost', 'reference'] as const) {
      const sides = {
        base: { write: honest, kernel: { ...element, [part]: throwing } },
        head: { write: honest },
      };
      expect([part, await pair(sides)]).toEqual([
        part,
        { kind: 'failed', side: 'base', message: 'caps.units is not iterable' },
      ]);
    }
  });
});

describe('a head that cheats beside an honest base is wrong', () => {
  it.each([
    ['nothing', 'honest'],
    ['part-later', 'honest'],
    ['known-input', 'honest'],
    ['past-output-later', 'honest'],
    ['counted', 'honest-scratch'],
    ['kept-output', 'honest-scratch'],
    ['kept-by-input', 'honest-scratch'],
    ['mutates-later', 'honest-input'],
  ])('%s beside %s', async (cheat, honest) => {
    const params = resolveParams({}, { n: 8, d: 8, heads: 1 });
    const sideOf = (pack: string): PairSide => ({
      kernels: new URL(`testing/red-team/${pack}/`, import.meta.url).href,
      kernel: 'attention',
      params,
    });
    const pairOf = (head: string): Promise<PairOutcome> =>
      pairCase(adapter().context, ({ kernel, kernels }) => loadKernel(kernel, new URL(kernels)), {
        base: sideOf(honest),
        head: sideOf(head),
        seed: expectedSeed,
        orderSeed: 'o',
        pairs: 10,
        seconds: 10,
        check: 'full',
      });
    expect(await pairOf(cheat)).toMatchObject({ kind: 'wrong', side: 'head' });
    expect((await pairOf(honest)).kind).toBe('timed');
  });
});

describe('the plan of a pair', () => {
  it('has a hash that is the same for the same program, from whichever folder', async () => {
    const hashes = async (base: string, head: string): Promise<readonly unknown[]> => {
      const { cases, load } = paired({ base: { write: base }, head: { write: head } });
      const plan = await planPair(adapter().context, load, cases);
      return [plan.base, plan.head].map((side) => (side?.kind === 'program' ? side.hash : side));
    };
    const [same, alike] = await hashes(honest, honest);
    expect(alike).toBe(same);
    const [one, other] = await hashes(honest, twice);
    expect(other).not.toBe(one);
  });

  it('says what it holds, what it refuses and what throws', async () => {
    const refusing = { ...element, refuse: () => ({ code: 'limit', message: 'too long' }) as const };
    const throwing: Kernel = {
      ...element,
      plan: () => {
        throw new TypeError('made for another harness');
      },
    };
    const { cases, load } = paired({
      base: { write: honest, kernel: refusing },
      head: { write: honest, kernel: throwing },
    });
    expect(await planPair(adapter().context, load, cases)).toEqual({
      base: { kind: 'refused', code: 'limit', message: 'too long' },
      head: { kind: 'failed', message: 'made for another harness' },
    });
    const fine = paired({ head: { write: honest } });
    expect(await planPair(adapter().context, fine.load, fine.cases)).toMatchObject({
      base: null,
      head: {
        kind: 'program',
        shader: 'element.wgsl',
        bytes: { inputs: 16, outputs: 16, scratch: 0, peak: 32 },
      },
    });
  });
});
