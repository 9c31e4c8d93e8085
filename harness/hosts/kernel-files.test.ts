import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveParams } from '../params.ts';
import type { AxisValues } from '../params.ts';
import { loadProgram, sourceLocation } from '../program.ts';
import { refuseParams } from '../refusal.ts';
import { leastCaps } from '../testing/caps.ts';
import { workgroupFacts } from '../wgsl-workgroup.ts';
import type { KernelFile } from './kernel-files.ts';
import { kernelOfSource, loadKernelFile, loadKernelFiles } from './kernel-files.ts';
import { kernelSourceHash } from './kernel-folders.ts';
import { nodeHost } from './node-host.ts';

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-kernel-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const wgsl = `@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
const TAKEN = 1u;
override LANES: u32 = 32;
@compute @workgroup_size(LANES) fn main() { y[0] = q[0] + k[0] + v[0]; }
@compute @workgroup_size(8) fn fill() { y[0] = f32(q[0]); }
`;
const manifest = `{
  "mechanism": "sdpa",
  "constants": { "LANES": 64 },
  "passes": [
    {
      "bindings": ["q", "k", "v", "y"],
      "workgroups": "ceil(n / LANES) * heads * batch"
    }
  ]
}
`;

/** Writes both files under a name and loads them. */
function load(name: string, json: string, shader = wgsl): Promise<KernelFile> {
  writeFileSync(join(folder, `${name}.wgsl`), shader);
  writeFileSync(join(folder, `${name}.json`), json);
  return loadKernelFile(join(folder, `${name}.wgsl`));
}

/** The manifest with one piece of its text replaced. */
const changed = (from: string, to: string): string => {
  expect(manifest).toContain(from);
  return manifest.replace(from, to);
};
const messageOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return String(error).replaceAll(`${folder}/`, '');
  }
  return 'no error';
};

const paramsOf = ({ kernel }: KernelFile, given: AxisValues = {}): ReturnType<typeof resolveParams> =>
  resolveParams(kernel.axes, given);

describe('a mistake in a manifest is one sentence with file, line and field', () => {
  it.each<readonly [string, string, string]>([
    [
      '"v", "y"]',
      '"vv", "y"]',
      "bad.json:6: passes[0].bindings[2]: 'vv' is no tensor of sdpa; there are q, k, v, y",
    ],
    [
      '"bindings"',
      '"binding"',
      "bad.json:6: passes[0].binding: there is no key 'binding' here; did you mean 'bindings'?",
    ],
    [
      '"mechanism": "sdpa"',
      '"mechanism": "spda"',
      "bad.json:2: mechanism: unknown mechanism 'spda'; did you mean 'sdpa'?",
    ],
    ['  "mechanism": "sdpa",\n', '', 'bad.json:1: mechanism: is missing'],
    ['"sdpa"', '7', 'bad.json:2: mechanism: is of type string, not number'],
    [
      '"LANES": 64',
      '"LANES": []',
      'bad.json:3: constants.LANES: is a whole number, true, false, a formula in quotes, or { "f32": ... } for a float',
    ],
    ['"LANES": 64', '"LA NES": 64', 'bad.json:3: constants.LA NES: is no name that WGSL could take'],
    [
      '"LANES": 64',
      '"heads": 64',
      "bad.json:3: constants.heads: 'heads' is an axis or another constant; name it otherwise",
    ],
    [
      '"LANES": 64',
      '"TAKEN": 64, "LANES": 64',
      'bad.json:3: constants.TAKEN: bad.wgsl declares const TAKEN itself; leave it out there, or make it an override that is set from here',
    ],
    [
      '"ceil(n / LANES) * heads * batch"',
      '"ceil(n / LANES) * head"',
      "bad.json:7: passes[0].workgroups: 'ceil(n / LANES) * head' has 'head', which is no axis and no constant above; did you mean 'heads'?",
    ],
    [
      '"ceil(n / LANES) * heads * batch"',
      '["n", "heads", "causal"]',
      "bad.json:7: passes[0].workgroups[2]: 'causal' is no number",
    ],
    [
      '"ceil(n / LANES) * heads * batch"',
      '["n", "heads"]',
      'bad.json:7: passes[0].workgroups: is a formula for the number of workgroups, or three of them for x, y and z',
    ],
    [
      '"workgroups"',
      '"entryPoint": "man", "workgroups"',
      "bad.json:7: passes[0].entryPoint: bad.wgsl has no entry point 'man'; did you mean 'main'?",
    ],
    [
      '"workgroups"',
      '"file": "other.wgsl", "workgroups"',
      'bad.json:7: passes[0].file: there is no file other.wgsl',
    ],
    [
      '"workgroups"',
      '"file": "../bad.wgsl", "workgroups"',
      "bad.json:7: passes[0].file: '../bad.wgsl' is not in the folder of the manifest; name a file there",
    ],
    [
      '["q", "k", "v", "y"]',
      '["q", "k", "y"]',
      'bad.json:6: passes[0].bindings: bad.wgsl uses @binding(3) as y, and the manifest names 3: q, k, y',
    ],
    [
      '["q", "k", "v", "y"]',
      '["q", "k", "v", "y", "q"]',
      "bad.json:6: passes[0].bindings[4]: bad.wgsl declares nothing at @binding(4), where 'q' would be bound",
    ],
    [
      '"workgroups"',
      '"uniforms": { "n": "n" }, "workgroups"',
      "bad.json:7: passes[0].uniforms: bad.wgsl declares nothing at @binding(4), where 'uniforms' would be bound",
    ],
    [
      '"passes"',
      '"tolerance": { "f32": 1e-3 }, "passes"',
      'bad.json:4: tolerance.f32: 0.001 is looser than the 1e-10 of sdpa; give a smaller one, or leave it out',
    ],
    [
      '"passes"',
      '"supports": { "percision": ["f32"] }, "passes"',
      "bad.json:4: supports.percision: 'percision' is no axis of sdpa; did you mean 'precision'?",
    ],
    [
      '"passes"',
      '"supports": { "precision": ["f23"] }, "passes"',
      'bad.json:4: supports.precision[0]: axis \'precision\' is one of f32, f16, f16s, not "f23"',
    ],
    [
      '"passes"',
      '"supports": { "causal": [0] }, "passes"',
      "bad.json:4: supports.causal[0]: axis 'causal' is true or false, not 0",
    ],
    ['"passes"', '"requires": ["d"], "passes"', "bad.json:4: requires[0]: 'd' is neither true nor false"],
    [
      '"passes"',
      '"scratch": [{ "name": "q", "shape": ["n"], "type": "f32" }], "passes"',
      "bad.json:4: scratch[0].name: 'q' is taken; name it otherwise",
    ],
    [
      '"passes"',
      '"scratch": [{ "name": "s", "shape": ["n"], "type": "f64" }], "passes"',
      'bad.json:4: scratch[0].type: is elem, f32, u32 or i32',
    ],
    ['"passes"', '"id": "a b", "passes"', 'bad.json:4: id: is letters, digits, - and _'],
    ['"constants":', '"constants"', 'bad.json:3: the manifest is no JSON: Unexpected token LBrace found.'],
  ])('%s -> %s', async (from, to, message) => {
    expect(await messageOf(load('bad', changed(from, to)))).toBe(`UsageError: ${message}`);
  });

  it('counts lines from the top of the file where it is a comment', async () => {
    writeFileSync(join(folder, 'comment.wgsl'), `/* attnbench\n${changed('"y"]', '"z"]')}*/\n${wgsl}`);
    expect(await messageOf(loadKernelFile(join(folder, 'comment.wgsl')))).toBe(
      "UsageError: comment.wgsl:7: passes[0].bindings[3]: 'z' is no tensor of sdpa; there are q, k, v, y",
    );
    writeFileSync(join(folder, 'open.wgsl'), `/* attnbench\n${manifest}`);
    expect(await messageOf(loadKernelFile(join(folder, 'open.wgsl')))).toBe(
      'UsageError: open.wgsl: the comment with the manifest has no end; close it with */',
    );
  });

  it('names files that are not there, have no manifest or are of another kind', async () => {
    writeFileSync(join(folder, 'bare.wgsl'), wgsl);
    expect(await messageOf(loadKernelFile(join(folder, 'bare.wgsl')))).toBe(
      'UsageError: bare.wgsl has no manifest: begin it with /* attnbench { "mechanism": ... } */, or put bare.json beside it; docs/bring-your-own-kernel.md says what it holds',
    );
    expect(await messageOf(loadKernelFile(join(folder, 'none.wgsl')))).toBe(
      'UsageError: there is no file none.wgsl; --kernel takes a WGSL file with a manifest',
    );
    expect(await messageOf(loadKernelFile('kernel.ts'))).toBe(
      "UsageError: --kernel takes a .wgsl file, or its manifest in JSON, not 'kernel.ts'",
    );
  });

  it('refuses an id that is taken', async () => {
    expect(await messageOf(load('flash', manifest))).toBe(
      "UsageError: flash.wgsl: 'flash' is the id of a kernel that is here already; give another id in the manifest",
    );
    await load('one', manifest.replace('{', '{ "id": "same",'));
    await load('two', manifest.replace('{', '{ "id": "same",'));
    expect(await messageOf(loadKernelFiles(['one', 'two'].map((name) => join(folder, `${name}.wgsl`))))).toBe(
      "UsageError: one.wgsl and two.wgsl are both called 'same'; give one another id in its manifest",
    );
  });
});

describe('what a manifest makes of a case', () => {
  it('takes everything that says what is right from our own kernel of the mechanism', async () => {
    const { kernel, source } = await load('mine', manifest);
    const { kernel: naive } = await import('./kernel-folders.ts').then(({ loadKernel }) =>
      loadKernel('naive'),
    );
    expect(source.like).toBe('naive');
    for (const field of [
      'reference',
      'inputs',
      'outputs',
      'cost',
      'axes',
      'mechanism',
      'contractCases',
    ] as const) {
      expect(kernel[field], field).toBe(naive[field]);
    }
    expect(kernel.tolerance).toEqual(naive.tolerance);
  });

  it('refuses what it does not support or what does not meet its conditions', async () => {
    const loaded = await load(
      'some',
      changed(
        '"passes"',
        '"supports": { "causal": [false] }, "requires": ["d <= 128"], "features": ["subgroups"], "passes"',
      ),
    );
    const refusal = (given: AxisValues, features: readonly string[] = ['subgroups']): unknown =>
      refuseParams(loaded.kernel, paramsOf(loaded, given), leastCaps({ features: new Set(features) }));
    expect(refusal({ causal: true })).toEqual({
      code: 'unsupported',
      message: 'some takes causal = false, not true',
    });
    expect(refusal({ d: 256 })).toEqual({
      code: 'unsupported',
      message: 'some requires d <= 128; here d = 256',
    });
    expect(refusal({}, [])).toEqual({
      code: 'feature',
      message: 'some needs subgroups, which the adapter does not have',
    });
    expect(refusal({})).toBeNull();
  });

  it('takes a stricter tolerance, and its own count of work for the records alone', async () => {
    const loaded = await load(
      'strict',
      changed('"passes"', '"tolerance": { "f32": 1e-12 }, "cost": { "flops": "3 * n" }, "passes"'),
    );
    const { kernel } = loaded;
    const params = paramsOf(loaded, { n: 10 });
    expect(kernel.tolerance.f32.nmse).toBe(1e-12);
    expect(kernel.tolerance.f16.nmse).toBe(5e-7);
    expect(kernel.claimedCost?.(params)).toEqual({ ...kernel.cost(params), flops: 30 });
  });

  it('plans passes with grids, overrides, entry points and the bindings that each uses', async () => {
    const loaded = await load(
      'full',
      `{ "mechanism": "sdpa", "constants": { "LANES": "2 * 16", "SCALE": { "f32": "1 / sqrt(d)" }, "CAUSAL": "causal" },
        "passes": [
          { "bindings": ["q", "k", "v", "y"], "workgroups": ["ceil(n / LANES)", "heads", 2] },
          { "entryPoint": "fill", "bindings": ["q", "k", "v", "y"], "workgroups": "EXTRA", "constants": { "EXTRA": "LANES + 1" },
            "cost": { "flops": "EXTRA" } } ] }`,
    );
    const plan = loaded.kernel.plan(paramsOf(loaded, { n: 100, heads: 3, precision: 'f16' }), leastCaps());
    expect(plan).toEqual({
      variant: '2 passes',
      scratch: [],
      passes: [
        {
          name: 'full',
          shader: 'full.wgsl',
          includes: [],
          enables: ['f16'],
          constants: { SCALE: { f32: 0.125 }, CAUSAL: false },
          overrides: { LANES: 32 },
          uniforms: {},
          bindings: ['q', 'k', 'v', 'y'],
          workgroups: 24,
          grid: [4, 3, 2],
        },
        {
          name: 'fill',
          shader: 'full.wgsl',
          includes: [],
          enables: ['f16'],
          constants: { SCALE: { f32: 0.125 }, CAUSAL: false, EXTRA: 33 },
          overrides: { LANES: 32 },
          entryPoint: 'fill',
          uniforms: {},
          bindings: ['q', 'y'],
          bindingNumbers: [0, 3],
          workgroups: 33,
          cost: { flops: 33, exps: 0, bytesRead: 0, bytesWritten: 0 },
        },
      ],
    });
    expect(workgroupFacts(wgsl, 'main', { LANES: 96 }).size).toEqual([96, 1, 1]);
    expect(workgroupFacts(wgsl, 'main').size).toEqual([32, 1, 1]);
  });

  it('says where a formula comes to nothing that can be used', async () => {
    const loaded = await load('half', changed('"ceil(n / LANES) * heads * batch"', '"n / LANES"'));
    const params = paramsOf(loaded, { n: 100 });
    expect(() => loaded.kernel.refuse(params, leastCaps())).toThrow(
      'half.json:7: passes[0].workgroups: comes to 1.5625 for this case, which is not a whole number above 0',
    );
  });
});

describe('the text that runs', () => {
  it('has the file first, so that it may hold directives, and nothing twice', async () => {
    const own = `enable f16;\nstruct Uniforms { n: u32 }\nfn workgroup_index(a: u32) -> u32 { return a; }\n${wgsl}`;
    const loaded = await load(
      'order',
      changed('"LANES": 64', '"LANES": 64, "WIDTH": "d"').replace(
        '"mechanism"',
        '"storage": true, "mechanism"',
      ),
      own,
    );
    const program = await loadProgram(loaded, paramsOf(loaded), leastCaps(), nodeHost);
    const [{ code, segments }] = program.passes;
    expect(code.startsWith(own)).toBe(true);
    expect(code).toContain('alias quad = vec4<f32>;');
    expect(code).toContain('const WIDTH: u32 = 64u;');
    expect(code.match(/struct Uniforms/g)).toHaveLength(1);
    expect(code.match(/fn workgroup_index/g)).toHaveLength(1);
    expect(code).not.toContain('const LANES');
    expect(sourceLocation(segments, 2, 5)).toBe('order.wgsl:2:5');
  });

  it('is the same wherever the files lie, and so is the hash of the source', async () => {
    const here = await load('moved', manifest);
    mkdirSync(join(folder, 'elsewhere'));
    for (const name of ['moved.wgsl', 'moved.json']) {
      writeFileSync(join(folder, 'elsewhere', name), readFileSync(join(folder, name)));
    }
    const there = await loadKernelFile(join(folder, 'elsewhere', 'moved.wgsl'));
    const hashOf = async (loaded: KernelFile): Promise<string> =>
      (await loadProgram(loaded, paramsOf(loaded), leastCaps(), nodeHost)).hash;
    expect(await hashOf(there)).toBe(await hashOf(here));
    expect(kernelSourceHash(there)).toBe(kernelSourceHash(here));
    const other = await load('moved', manifest, wgsl.replace('k[0]', 'k[1]'));
    expect(kernelSourceHash(other)).not.toBe(kernelSourceHash(here));
  });

  it('stays what was read, whatever becomes of the file', async () => {
    const loaded = await load('kept', manifest);
    writeFileSync(join(folder, 'kept.wgsl'), 'fn broken(');
    const again = await kernelOfSource(structuredClone(loaded.source));
    const { passes } = await loadProgram(again, paramsOf(again), leastCaps(), nodeHost);
    expect(passes[0].code.startsWith(wgsl)).toBe(true);
  });
});

it.each(['my-flash.wgsl', 'two-passes.wgsl', 'two-passes.json'])('the example %s loads', async (name) => {
  const loaded = await loadKernelFile(join(examples, name));
  expect(loaded.id).toBe(name.replace(/\..*/, ''));
  expect(loaded.kernel.plan(paramsOf(loaded), leastCaps()).passes.length).toBeGreaterThan(0);
});
