// y of a tile of queries: their features times the state, with a running maximum per query, so that no feature of a query is ever
// stored. Rows are queries, columns features. CAUSAL: the state holds the chunks before the tile's; the keys of its own chunk are weighed
// pair by pair, and their features stand beside the state as more columns. A workgroup is (head, tile of queries, slice of v).
@group(0) @binding(0) var<storage, read> q: array<quad>;                 // [batch * heads, n, d / 4]
@group(0) @binding(1) var<storage, read> v: array<quad>;                 // [batch * heads, m, dv / 4]
@group(0) @binding(2) var<storage, read> proj: array<quad>;              // [features, d / 4]
@group(0) @binding(3) var<storage, read> query_halves: array<vec4f>;     // [batch * heads, n / 4]
@group(0) @binding(4) var<storage, read> state: array<vec4f>;            // [batch * heads, chunks, features, width]
@group(0) @binding(5) var<storage, read> norms: array<vec4f>;            // [batch * heads, chunks, features / 4]
@group(0) @binding(6) var<storage, read> totals: array<vec4f>;           // [batch * heads, slots, width + 1]: last: norm, key_max
@group(0) @binding(7) var<storage, read_write> y: array<quad>;           // [batch * heads, n, dv / 4]
@group(0) @binding(8) var<uniform> u: Uniforms;

// Depths of an outer product that are keys, not features.
const KEYS: u32 = 0x80000000u;
const PAIRS: u32 = SLICE_QUADS / COLUMN_GROUPS; // the first of a lane's sums that are pairs

var<private> head: u32;
var<private> first_query: u32;
var<private> first_quad: u32;
var<private> slot_row: u32; // the first feature of this slot
var<private> highest_key: f32;

fn left(row: u32, e: u32) -> real4 { return unpack_real(q[(head * u.n + min(first_query + row, u.n - 1u)) * u.d_quads + e]); }
fn right(feature: u32, e: u32) -> real4 { return unpack_real(proj[min(feature, u.features - 1u) * u.d_quads + e]); }

fn value(depth: u32, e: u32) -> vec4f {
  if (CAUSAL && depth >= KEYS) {
    return unpack(v[(head * u.m + min(depth - KEYS, u.m - 1u)) * u.dv_quads + min(first_quad + e, u.dv_quads - 1u)]);
  }
  let row = (slot_row + min(depth, u.features - 1u)) * u.width;
  if (CAUSAL && e >= SLICE_QUADS) {
    return exp2(state[row + u.dv_quads + e - SLICE_QUADS] - highest_key) + u.feature_eps;
  }
  return state[row + min(first_quad + e, u.dv_quads - 1u)];
}

fn norm(feature: u32) -> vec4f {
  let feature_quads = (u.features + 3u) / 4u;
  return norms[slot_row / u.features * feature_quads + min(feature / 4u, feature_quads - 1u)];
}

// Adds the epsilon's share, the same for all rows.
fn with_epsilon(s: mat4x4f, factor: vec4f, total: vec4f) -> mat4x4f {
  let share = total * u.feature_eps;
  return mat4x4f(s[0] * factor + share.x, s[1] * factor + share.y, s[2] * factor + share.z, s[3] * factor + share.w);
}

// Pairs of a key and a query before it count nothing: key and row count within the chunk.
fn causal(s: mat4x4f, key: u32, row: u32) -> mat4x4f {
  let rows = vec4u(row, row + 1u, row + 2u, row + 3u);
  let none = vec4f();
  return mat4x4f(
    select(none, s[0], vec4u(key) <= rows),
    select(none, s[1], vec4u(key + 1u) <= rows),
    select(none, s[2], vec4u(key + 2u) <= rows),
    select(none, s[3], vec4u(key + 3u) <= rows));
}

fn pair(me: Lane, i: u32, row: u32, factor: vec4f, totals_at: u32) -> mat4x4f {
  let key_quad = own_quad(me, PAIRS + i) - SLICE_QUADS;
  let total = totals[totals_at + u.dv_quads + key_quad];
  return causal(with_epsilon(own_sum(me, PAIRS + i), factor, total), key_quad * 4u, row);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Lane) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  let slice = index % u.slices;
  let first = index / u.slices % u.row_tiles * TILE_ROWS;
  head = index / u.slices / u.row_tiles;
  first_query = first;
  first_quad = slice * SLICE_QUADS;
  let slot = select(0u, first / u.chunk, CAUSAL);
  slot_row = (head * u.chunks + slot) * u.features;
  let totals_at = (head * u.slots + slot) * (u.width + 1u);
  let overall = totals[totals_at + u.width];
  highest_key = overall.y;
  // Keys of the chunk that the tile's queries see, up to a whole step.
  let chunk_begin = slot * u.chunk;
  let pair_steps = (first + TILE_ROWS - chunk_begin + STEP - 1u) / STEP;
  var end_quad = u.slice_quads;
  if (CAUSAL) { end_quad = SLICE_QUADS + pair_steps * (STEP / 4u); }

  hold_rows(me, u.d_quads);
  var norm_sum = vec4f();
  var peak = vec4f(LOWEST);
  for (var start = 0u; start < u.features; start += STEP) {
    let feature = start + own_column(me);
    let s = visible_block(scaled_block(inner_products(me, start, u.d_quads), u.scale), feature, u.features);
    let before = peak;
    peak = max(peak, across_largest(me, largest_of(s)));
    let weights = features_block(s, peak);
    let factor = exp2(before - peak);
    norm_sum = norm_sum * factor
      + (weights.a * norm(feature) + weights.b * norm(feature + 4u))
      + (weights.c * norm(feature + 8u) + weights.d * norm(feature + 12u));
    add_outer_products(me, weights, factor, start, u.features, 0u, end_quad);
  }

  // The query's features are factor * 2^(exponent - peak) + eps.
  let query_quads = (u.n + 3u) / 4u;
  let row = first + own_row(me);
  let half = query_halves[head * query_quads + min(row / 4u, query_quads - 1u)];
  let factor = exp2(select(peak, vec4f(), STABILIZE) - half);
  norm_sum *= factor;
  for (var i = 0u; i < u.slice_quads / COLUMN_GROUPS; i++) {
    let total = totals[totals_at + min(first_quad + own_quad(me, i), u.dv_quads - 1u)];
    set_own_sum(me, i, with_epsilon(own_sum(me, i), factor, total));
  }
  if (CAUSAL) {
    let own = row - chunk_begin;
    for (var step = 0u; step < pair_steps; step++) {
      let weights = Block(
        pair(me, step * 4u, own, factor, totals_at),
        pair(me, step * 4u + 1u, own, factor, totals_at),
        pair(me, step * 4u + 2u, own, factor, totals_at),
        pair(me, step * 4u + 3u, own, factor, totals_at));
      norm_sum += sum_of(weights);
      let start = KEYS + chunk_begin + step * STEP;
      add_outer_products(me, weights, vec4f(1.0), start, start + STEP, 0u, u.slice_quads);
    }
  }
  let divisor = across_sum(me, norm_sum) + overall.x * u.feature_eps + u.eps;
  for (var i = 0u; i < u.slice_quads / COLUMN_GROUPS; i++) {
    let e = first_quad + own_quad(me, i);
    let o = transpose(scale_rows(own_sum(me, i), 1.0 / divisor));
    for (var r = 0u; r < u.lane_rows; r++) {
      if (row + r < u.n && e < u.dv_quads) { y[(head * u.n + row + r) * u.dv_quads + e] = pack(o[r]); }
    }
  }
}
