// y of a tile of queries: their features times the state, with a running maximum per query, so that no feature of a query is ever
// stored. Rows are queries, columns features. CAUSAL: the state holds the chunks before the tile's; the keys of its own chunk are weighed
// pair by pair, and their features stand beside the state as more columns. A workgroup is (head, tile of queries, slice of v).
@group(0) @binding(0) var<storage, read> q: array<quad>;                 // [batch * heads, n, d / 4]
@group(0) @binding(1) var<storage, read> proj: array<quad>;              // [features, d / 4]
@group(0) @binding(2) var<storage, read> query_halves: array<vec4f>;     // [batch * heads, n / 4]
@group(0) @binding(3) var<storage, read> state: array<vec4f>;            // [batch * heads, chunks, rows, width]
@group(0) @binding(4) var<storage, read> norms: array<f32>;              // [batch * heads, chunks, features + 1]
@group(0) @binding(5) var<storage, read_write> y: array<quad>;           // [batch * heads, n, dv / 4]
@group(0) @binding(6) var<uniform> u: Uniforms;

const PAIRS: u32 = SLICE_QUADS / COLUMN_GROUPS; // the first of a lane's sums that are pairs

var<private> head: u32;
var<private> first_query: u32;
var<private> first_quad: u32;
var<private> slot: u32;     // of all heads
var<private> last_row: u32; // of the slot's rows in the state: its features, their sum, then the v of its chunk

fn left(row: u32, e: u32) -> real4 { return unpack_real(q[(head * u.n + min(first_query + row, u.n - 1u)) * u.d_quads + e]); }
fn right(feature: u32, e: u32) -> real4 { return unpack_real(proj[min(feature, u.features - 1u) * u.d_quads + e]); }

fn value(row: u32, e: u32) -> vec4f {
  let column = select(min(first_quad + e, u.dv_quads - 1u), u.dv_quads + e - SLICE_QUADS, e >= SLICE_QUADS);
  return state[(slot * u.rows + min(row, last_row)) * u.width + column];
}
fn number(row: u32) -> f32 { return select(norms[slot * (u.features + 1u) + min(row, u.features)], 1.0, row > u.features); }

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

// What a lane has summed over a query's features 2^(exponent - peak) becomes the sum over its features of the definition.
fn features_sum(me: Lane, i: u32, scale: vec4f) -> mat4x4f {
  let added = u.feature_eps * value(u.features, own_quad(me, i));
  let s = scale_rows(own_sum(me, i), scale);
  return mat4x4f(s[0] + added.x, s[1] + added.y, s[2] + added.z, s[3] + added.w);
}
fn pairs(me: Lane, i: u32, row: u32, scale: vec4f) -> mat4x4f {
  return causal(features_sum(me, i, scale), (own_quad(me, i) - SLICE_QUADS) * 4u, row);
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
  let chunk = select(0u, first / u.chunk, CAUSAL);
  slot = head * u.chunks + chunk;
  last_row = u.features;
  // Keys of the chunk that the tile's queries see, up to a whole step.
  let chunk_begin = chunk * u.chunk;
  let pair_steps = (first + TILE_ROWS - chunk_begin + STEP - 1u) / STEP;
  var end_quad = u.slice_quads;
  if (CAUSAL) { end_quad = SLICE_QUADS + pair_steps * (STEP / 4u); }

  let query_quads = (u.n + 3u) / 4u;
  let row = first + own_row(me);
  let half = query_halves[head * query_quads + min(row / 4u, query_quads - 1u)];

  hold_rows(me, u.d_quads);
  var norm_sum = vec4f();
  var peak = vec4f(LOWEST);
  // The query's features are scale * 2^(exponent - peak) + eps. What eps adds to a sum is eps times the sum over all features.
  var scale = exp2(-half);
  // First the features, then the pairs. In one loop, because each call is compiled again.
  let feature_steps = (u.features + STEP - 1u) / STEP;
  for (var step = 0u; step < feature_steps + select(0u, pair_steps, CAUSAL); step++) {
    var weights = Block();
    var factor = vec4f(1.0);
    var start = step * STEP;
    var stop = u.features;
    var end = end_quad;
    if (step < feature_steps) {
      let s = inner_products(me, start, u.d_quads);
      let exponents = visible_block(scaled_block(s, u.scale), start + own_column(me), u.features);
      let before = peak;
      peak = max(peak, across_largest(me, largest_of(exponents)));
      weights = features_block(exponents, peak);
      factor = exp2(before - peak);
      if (!STABILIZE) { scale = exp2(peak - half); }
    } else if (CAUSAL) {
      let pair_step = step - feature_steps;
      if (pair_step == 0u) { factor = scale; }
      let i = PAIRS + pair_step * 4u;
      let own = row - chunk_begin;
      for (var c = 0u; c < u.four; c++) {
        weights = Block(weights.b, weights.c, weights.d, pairs(me, i + c, own, scale));
      }
      last_row = u.features + min(u.chunk, u.n - chunk_begin);
      start = u.features + 1u + pair_step * STEP;
      stop = start + STEP;
      end = u.slice_quads;
    }
    norm_sum = norm_sum * factor + weighted_sum_of(weights, numbers_of(me, start));
    add_outer_products(me, weights, factor, start, stop, 0u, end);
  }

  // The first step of pairs has scaled what was summed before.
  if (CAUSAL) { scale = vec4f(1.0); }
  let divisor = scale * across_sum(me, norm_sum) + u.feature_eps * number(u.features) + u.eps;
  for (var i = 0u; i < u.slice_quads / COLUMN_GROUPS; i++) {
    let e = first_quad + own_quad(me, i);
    let o = transpose(scale_rows(features_sum(me, i, scale), 1.0 / divisor));
    for (var r = 0u; r < u.four; r++) {
      if (row + r < u.n && e < u.dv_quads) { y[(head * u.n + row + r) * u.dv_quads + e] = pack(o[r]); }
    }
  }
}
