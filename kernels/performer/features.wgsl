// Random features by the block that a lane holds. Exponents carry log2(e), so that every exp is an exp2.

/// Below every exponent, and far enough from the largest float to subtract from.
const LOWEST: f32 = -1e38;

fn exponents_of(s: mat4x4f, halves: vec4f) -> mat4x4f {
  return mat4x4f(s[0] - halves.x, s[1] - halves.y, s[2] - halves.z, s[3] - halves.w);
}
fn features_of(s: mat4x4f, peak: vec4f) -> mat4x4f {
  return mat4x4f(exp2(s[0] - peak), exp2(s[1] - peak), exp2(s[2] - peak), exp2(s[3] - peak));
}

// Columns from `end` on count nothing.
fn visible(s: mat4x4f, column: u32, end: u32) -> mat4x4f {
  let seen = vec4u(column, column + 1u, column + 2u, column + 3u) < vec4u(end);
  let none = vec4f(LOWEST);
  return mat4x4f(select(none, s[0], seen.x), select(none, s[1], seen.y), select(none, s[2], seen.z), select(none, s[3], seen.w));
}
fn visible_block(s: Block, column: u32, end: u32) -> Block {
  return Block(
    visible(s.a, column, end), visible(s.b, column + 4u, end), visible(s.c, column + 8u, end), visible(s.d, column + 12u, end));
}

fn scaled_block(s: Block, by: f32) -> Block { return Block(s.a * by, s.b * by, s.c * by, s.d * by); }
fn features_block(s: Block, peak: vec4f) -> Block {
  return Block(features_of(s.a, peak), features_of(s.b, peak), features_of(s.c, peak), features_of(s.d, peak));
}
fn exponents_block(s: Block, halves: Numbers) -> Block {
  return Block(
    exponents_of(s.a, halves.a), exponents_of(s.b, halves.b), exponents_of(s.c, halves.c), exponents_of(s.d, halves.d));
}
