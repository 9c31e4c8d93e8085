// Softmax attention in one pass: an inner product followed by an outer one.
@group(0) @binding(0) var<storage, read> q: array<quad>;       // [heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;       // [heads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;       // [heads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [heads, n, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

const LOWEST: f32 = -1e30;

var<private> head: u32;
var<private> first_row: u32;

fn left(row: u32, e: u32) -> real4 { return unpack_real(q[(head * u.n + min(first_row + row, u.n - 1u)) * u.d_quads + e]); }
fn right(column: u32, e: u32) -> real4 { return unpack_real(k[(head * u.m + min(column, u.m - 1u)) * u.d_quads + e]); }
fn value(depth: u32, e: u32) -> vec4f {
  return unpack(v[(head * u.m + min(depth, u.m - 1u)) * u.dv_quads + min(e, u.dv_quads - 1u)]);
}

fn masked(s: mat4x4f, column: u32) -> mat4x4f {
  let seen = vec4u(column, column + 1u, column + 2u, column + 3u) < vec4u(u.m);
  return mat4x4f(
    select(vec4f(LOWEST), s[0] * u.scale, seen.x),
    select(vec4f(LOWEST), s[1] * u.scale, seen.y),
    select(vec4f(LOWEST), s[2] * u.scale, seen.z),
    select(vec4f(LOWEST), s[3] * u.scale, seen.w));
}
fn weigh(s: mat4x4f, top: vec4f) -> mat4x4f {
  return mat4x4f(exp2(s[0] - top), exp2(s[1] - top), exp2(s[2] - top), exp2(s[3] - top));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Lane) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  head = index / u.row_tiles;
  first_row = index % u.row_tiles * TILE_ROWS;
  hold_rows(me, u.d_quads);
  var top = vec4f(LOWEST);
  var sum = vec4f();
  for (var start = 0u; start < u.m; start += STEP) {
    let column = start + own_column(me);
    let s = inner_products(me, start, u.d_quads);
    let scores = Block(masked(s.a, column), masked(s.b, column + 4u), masked(s.c, column + 8u), masked(s.d, column + 12u));
    let before = top;
    top = max(top, across_largest(me, largest_of(scores)));
    let w = Block(weigh(scores.a, top), weigh(scores.b, top), weigh(scores.c, top), weigh(scores.d, top));
    let factor = exp2(before - top);
    sum = sum * factor + sum_of(w);
    add_outer_products(me, w, factor, start, u.m, 0u, u.outer_quads);
  }
  sum = across_sum(me, sum);
  let row = first_row + own_row(me);
  for (var i = 0u; i < u.outer_quads / COLUMN_GROUPS; i++) {
    let e = own_quad(me, i);
    let o = transpose(scale_rows(own_sum(me, i), 1.0 / sum));
    for (var r = 0u; r < u.four; r++) {
      if (row + r < u.n && e < u.dv_quads) { y[(head * u.n + row + r) * u.dv_quads + e] = pack(o[r]); }
    }
  }
}
