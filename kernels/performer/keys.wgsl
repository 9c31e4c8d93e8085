// State of one chunk of keys: sum_j exp(w . k_j - |k_j|^2 / 2 - peak) v_j and the same without v_j, for a tile of features w, with a
// running maximum `peak` per feature. Rows are features, columns keys. CAUSAL: the exponents are kept behind the state, for the
// queries of the chunk. A workgroup is (head, chunk, tile of features, slice of v).
@group(0) @binding(0) var<storage, read> k: array<quad>;                 // [batch * heads, m, d / 4]
@group(0) @binding(1) var<storage, read> v: array<quad>;                 // [batch * heads, m, dv / 4]
@group(0) @binding(2) var<storage, read> proj: array<quad>;              // [features, d / 4]
@group(0) @binding(3) var<storage, read> key_halves: array<f32>;         // [batch * heads, m to a quad]
@group(0) @binding(4) var<storage, read_write> state: array<vec4f>;      // [batch * heads, chunks, rows, width]
@group(0) @binding(5) var<storage, read_write> stats: array<vec4f>;      // [batch * heads, chunks, features]: sum, peak, max w . k
@group(0) @binding(6) var<uniform> u: Uniforms;

var<private> head: u32;
var<private> first_feature: u32;
var<private> first_quad: u32;

fn left(row: u32, e: u32) -> real4 { return unpack_real(proj[min(first_feature + row, u.features - 1u) * u.d_quads + e]); }
fn right(key: u32, e: u32) -> real4 { return unpack_real(k[(head * u.m + min(key, u.m - 1u)) * u.d_quads + e]); }
fn value(key: u32, e: u32) -> vec4f {
  return unpack(v[(head * u.m + min(key, u.m - 1u)) * u.dv_quads + min(first_quad + e, u.dv_quads - 1u)]);
}
fn number(key: u32) -> f32 { return key_halves[head * ((u.m + 3u) / 4u * 4u) + min(key, u.m - 1u)]; }

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Lane) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  let slice = index % u.slices;
  let feature_tile = index / u.slices % u.feature_tiles;
  let chunk = index / u.slices / u.feature_tiles % u.chunks;
  head = index / u.slices / u.feature_tiles / u.chunks;
  first_feature = feature_tile * TILE_ROWS;
  first_quad = slice * SLICE_QUADS;
  let begin = chunk * u.chunk;
  let end = min(u.m, begin + u.chunk);
  let feature = first_feature + own_row(me);
  let to = ((head * u.chunks + chunk) * u.rows + feature) * u.width;

  hold_rows(me, u.d_quads);
  var norm = vec4f();
  var peak = vec4f(LOWEST);
  var top = vec4f(LOWEST);
  for (var start = begin; start < end; start += STEP) {
    let key = start + own_column(me);
    var s = visible_block(scaled_block(inner_products(me, start, u.d_quads), u.scale), key, end);
    top = max(top, largest_of(s));
    s = exponents_block(s, numbers_of(me, start));
    let before = peak;
    peak = max(peak, across_largest(me, largest_of(s)));
    let weights = features_block(s, peak);
    let factor = exp2(before - peak);
    norm = norm * factor + sum_of(weights);
    add_outer_products(me, weights, factor, start, end, 0u, u.slice_quads);
    if (CAUSAL && slice == 0u) {
      let at = to + u.dv_quads + (key - begin) / 4u;
      for (var c = 0u; c < u.four; c++) {
        var rows = transpose(s.a);
        for (var r = 0u; r < u.four; r++) {
          if (feature + r < u.features) { state[at + r * u.width + c] = rows[0]; }
          rows = mat4x4f(rows[1], rows[2], rows[3], rows[0]);
        }
        s = Block(s.b, s.c, s.d, s.a);
      }
    }
  }

  norm = across_sum(me, norm);
  top = across_largest(me, top);
  for (var i = 0u; i < u.slice_quads / COLUMN_GROUPS; i++) {
    let e = first_quad + own_quad(me, i);
    let sum = transpose(own_sum(me, i));
    for (var r = 0u; r < u.four; r++) {
      if (feature + r < u.features && e < u.dv_quads) { state[to + r * u.width + e] = sum[r]; }
    }
  }
  if (slice > 0u || own_column(me) > 0u) { return; }
  for (var r = 0u; r < u.four; r++) {
    if (feature + r < u.features) {
      stats[(head * u.chunks + chunk) * u.features + feature + r] = vec4f(norm[r], peak[r], top[r], 0.0);
    }
  }
}
