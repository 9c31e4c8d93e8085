import { describe, expect, it } from 'vitest';
import { workgroupFacts } from './wgsl-workgroup.ts';

const main = (body: string, size = '64'): string => `@compute @workgroup_size(${size}) fn main() { ${body} }`;

describe('the size of a workgroup', () => {
  it.each<readonly [string, string, readonly number[] | null]>([
    ['one number', main(''), [64, 1, 1]],
    ['three', main('', '8, 4u, 2'), [8, 4, 2]],
    ['constants', `const A: u32 = 4u; const B = A * 2u + 1u; ${main('', 'A, B')}`, [4, 9, 1]],
    ['attributes the other way round', '@workgroup_size(32) @compute fn main() {}', [32, 1, 1]],
    ['functions with attributes before it', `@must_use fn f() -> u32 { return 1u; } ${main('')}`, [64, 1, 1]],
    ['an override', `override SIZE: u32 = 64; ${main('', 'SIZE')}`, [64, 1, 1]],
    ['an override without a value', `override SIZE: u32; ${main('', 'SIZE')}`, null],
    ['no whole number', main('', '1.5'), null],
    ['no entry point', 'fn other() {}', null],
  ])('%s', (_, code, size) => {
    expect(workgroupFacts(code).size).toEqual(size);
  });

  it.each<readonly [string, number]>([
    ['7u / 2u', 3],
    ['u32(7.0 / 2.0 + 0.5)', 4],
    ['1u << 3u', 8],
    ['64u >> 2u', 16],
    ['(2u + 3u) * 4u % 7u', 6],
    ['2u + 3u * 4u', 14],
    ['max(3u, min(9u, 5u))', 5],
    ['select(1u, 2u, 3u > 2u && !false)', 2],
    ['select(1u, 2u, 3u <= 2u || 1u != 1u)', 1],
    ['0x10u', 16],
    ['8 - -2', 10],
  ])('%s', (expression, value) => {
    expect(workgroupFacts(main('', expression)).size).toEqual([value, 1, 1]);
  });
});

describe('the memory of a workgroup', () => {
  const bytes = (type: string, before = ''): number | null =>
    workgroupFacts(`${before} var<workgroup> x: ${type}; ${main('x = x;')}`).bytes;

  it.each<readonly [string, number]>([
    ['u32', 16],
    ['array<u32, 8>', 32],
    ['array<vec4<f32>, 4>', 64],
    ['array<vec3f, 4>', 64],
    ['array<vec2<f16>, 8>', 32],
    ['array<vec4h, 4>', 32],
    ['mat4x4f', 64],
    ['array<mat2x3<f32>, 2>', 64],
    ['array<atomic<u32>, 5>', 32],
    ['array<array<u32, 3>, 4>', 48],
    ['array<array<vec4<f32>, 2>, 2,>', 64],
    ['array<f32, (4 + 4) / 2>', 16],
  ])('%s', (type, expected) => {
    expect(bytes(type)).toBe(expected);
  });

  it('follows aliases, structs and constants', () => {
    const before = `alias real = f16; alias quad = vec4<real>; const N = 2u; const M = N * 4u;
      struct Lane { a: f32, b: vec3<f32>, c: u32 } // 0, 16, 28
      struct Pair { l: Lane, q: array<quad, N> }`;
    expect(bytes('array<quad, M>', before)).toBe(64);
    expect(bytes('Lane', before)).toBe(32);
    expect(bytes('array<Pair, M>', before)).toBe(8 * 48);
  });

  it('counts what the entry point uses, itself or through others, and each variable by itself', () => {
    const code = `var<workgroup> a: u32; var<workgroup> b: array<u32, 5>; var<workgroup> unused: array<u32, 100>;
      var<private> own: array<u32, 100>; @group(0) @binding(0) var<storage, read_write> y: array<u32>;
      fn deep() { b[0] = 1u; } fn middle() { deep(); } fn elsewhere() { unused[0] = 1u; }
      ${main('/* unused */ a = 1u; middle(); // unused\n y[0] = own[0];')}`;
    expect(workgroupFacts(code).bytes).toBe(16 + 32);
  });

  it('is null where it cannot be known, and the size still is', () => {
    const code = `struct S { @size(32) a: u32 } var<workgroup> s: S; ${main('s.a = 1u;')}`;
    expect(workgroupFacts(code)).toEqual({ size: [64, 1, 1], bytes: null });
    expect(bytes('array<u32, WIDTH>', 'override WIDTH: u32;')).toBe(null);
    expect(bytes('texture_2d<f32>')).toBe(null);
    expect(workgroupFacts('fn main( {')).toEqual({ size: null, bytes: null });
  });
});
