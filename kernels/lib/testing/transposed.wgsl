// y = transpose(k) v: an outer product whose weights are loaded.
@group(0) @binding(0) var<storage, read> k: array<quad>;       // [heads, m, n / 4]
@group(0) @binding(1) var<storage, read> v: array<quad>;       // [heads, m, dv / 4]
@group(0) @binding(2) var<storage, read_write> y: array<quad>; // [heads, n, dv / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

var<private> head: u32;

fn value(depth: u32, e: u32) -> vec4f {
  return unpack(v[(head * u.m + min(depth, u.m - 1u)) * u.dv_quads + min(e, u.dv_quads - 1u)]);
}

fn weight(depth: u32, row_quad: u32) -> vec4f {
  let x = unpack(k[(head * u.m + min(depth, u.m - 1u)) * u.n_quads + min(row_quad, u.n_quads - 1u)]);
  return select(vec4f(), x, depth < u.m);
}
fn weights(depth: u32, row_quad: u32) -> mat4x4f {
  return mat4x4f(
    weight(depth, row_quad), weight(depth + 1u, row_quad), weight(depth + 2u, row_quad), weight(depth + 3u, row_quad));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Lane) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  head = index / u.row_tiles;
  let row = index % u.row_tiles * TILE_ROWS + own_row(me);
  for (var start = 0u; start < u.m; start += STEP) {
    let depth = start + own_column(me);
    let w = Block(
      weights(depth, row / 4u), weights(depth + 4u, row / 4u), weights(depth + 8u, row / 4u), weights(depth + 12u, row / 4u));
    add_outer_products(me, w, vec4f(1.0), start, u.m, 0u, u.outer_quads);
  }
  for (var i = 0u; i < u.outer_quads / COLUMN_GROUPS; i++) {
    let e = own_quad(me, i);
    let o = transpose(own_sum(me, i));
    for (var r = 0u; r < u.four; r++) {
      if (row + r < u.n && e < u.dv_quads) { y[(head * u.n + row + r) * u.dv_quads + e] = pack(o[r]); }
    }
  }
}
