import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.wgsl'),
);

/**
 * Declarations like `var x: T;` inside a loop. Tint zeroes such a variable once per function, not once per turn, so its value
 * from the turn before shows through: every `var` in a loop needs its initialiser.
 */
function uninitialisedInLoops(wgsl: string): readonly string[] {
  const code = wgsl.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/[^\n]*/g, '');
  const found: string[] = [];
  const blocks: ('loop' | 'block')[] = [];
  let pendingLoop = false;
  let parentheses = 0;
  for (const [token] of code.matchAll(
    /\b(?:for|while|loop)\b|[{}()]|\bvar\s+[^;{}]*?;|\bvar\s+\w+\s*(?::[^=;{}]*)?=/g,
  )) {
    if (token === '(') parentheses++;
    else if (token === ')') parentheses--;
    else if (token === '{') {
      blocks.push(pendingLoop ? 'loop' : 'block');
      pendingLoop = false;
    } else if (token === '}') blocks.pop();
    else if (!token.startsWith('var')) pendingLoop = true;
    else if (!token.includes('=') && parentheses === 0 && blocks.includes('loop')) found.push(token);
  }
  return found;
}

describe('WGSL files', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(0);
  });
  it.each(files)('%s initialises every var in a loop', (file) => {
    expect(uninitialisedInLoops(readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });
});

describe('uninitialisedInLoops', () => {
  it('finds them in every kind of loop, however deep', () => {
    const wgsl = `fn main() {
      var before: vec4<f32>;
      for (var i = 0u; i < 4u; i++) { if (i > 1u) { var a: vec4<f32>; } }
      while (true) { var b : array<f32, 4>; }
      loop { var c: f32; break; }
    }`;
    expect(uninitialisedInLoops(wgsl)).toEqual([
      'var a: vec4<f32>;',
      'var b : array<f32, 4>;',
      'var c: f32;',
    ]);
  });
  it('accepts initialised ones, also over several lines, and those after a loop', () => {
    const wgsl = `fn main() {
      for (var i = 0u; i < 4u; i++) { var a = vec4<f32>(); var b: array<f32, 4> =
        array<f32, 4>(); // var c: f32;
      }
      var after: f32;
    }`;
    expect(uninitialisedInLoops(wgsl)).toEqual([]);
  });
});
