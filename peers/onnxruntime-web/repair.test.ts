import { describe, expect, test } from 'vitest';
import { initialiseLoopVariables } from './repair.ts';

const inLoop = (body: string): string =>
  `fn main() {\n  for (var k = 0u; k < 3u; k++) {\n    ${body}\n  }\n}\n`;

describe('a variable without an initialiser', () => {
  test.each([
    ['for', inLoop('var x : vec4<f32>;'), inLoop('var x : vec4<f32> = vec4<f32>();')],
    ['spacing', inLoop('var x:array<f32, 8>;'), inLoop('var x : array<f32, 8> = array<f32, 8>();')],
    ['while', 'fn f() { while (a) { var x: u32; } }', 'fn f() { while (a) { var x : u32 = u32(); } }'],
    ['loop', 'fn f() { loop { var x: u32; break; } }', 'fn f() { loop { var x : u32 = u32(); break; } }'],
    ['nested block', inLoop('if (k > 1u) { var x : f32; }'), inLoop('if (k > 1u) { var x : f32 = f32(); }')],
  ])('gets one inside a loop: %s', (_name, code, repaired) => {
    expect(initialiseLoopVariables(code)).toEqual({ code: repaired, variables: ['x'] });
  });

  test.each([
    ['a function body', 'fn f() { var x : f32; x = 1.0; for (var i = 0; i < 3; i++) { x += 1.0; } }'],
    ['after the loop', 'fn f() { for (var i = 0; i < 3; i++) { a(); } var x : f32; }'],
    ['the module', 'var<workgroup> x : array<f32, 8>;\n@group(0) @binding(0) var<storage> y : array<f32>;'],
    ['a loop, with an initialiser', inLoop('var x : f32 = 2.0;')],
    ['a comment', inLoop('// var x : f32;\n    /* var y : f32; /* nested */ var z : f32; */ a();')],
    ['a comment with a brace', 'fn f() { for (;;) { /* } */ break; } // {\n}\nfn g() { var x : f32; }'],
    ['a longer word', inLoop('let variance = a; myvar = x;')],
  ])('is left alone in %s', (_name, code) => {
    expect(initialiseLoopVariables(code)).toEqual({ code, variables: [] });
  });
});
