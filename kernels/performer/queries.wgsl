// y of a tile of queries: their features times the state, with a running maximum per query, so that no feature of a query is ever
// stored. Rows are queries, columns features. CAUSAL: the state holds the chunks before the tile's; the keys of its own chunk are weighed
// pair by pair, and their features stand beside the state as more columns. A workgroup is (head, tile of queries, slice of v).
@group(0) @binding(0) var<storage, read> q: array<quad>;                 // [batch * heads, n, d / 4]
@group(0) @binding(1) var<storage, read> proj: array<quad>;              // [features, d / 4]
@group(0) @binding(2) var<storage, read> query_halves: array<vec4f>;     // [batch * heads, n / 4]
@group(0) @binding(3) var<storage, read> state: array<vec4f>;            // [batch * heads, chunks, rows, width]
@group(0) @binding(4) var<storage, read> norms: array<f32>;              // [batch * heads, chunks, features to a quad]
@group(0) @binding(5) var<storage, read> totals: array<vec4f>;           // [batch * heads, slots, width + 1]
@group(0) @binding(6) var<storage, read_write> y: array<quad>;           // [batch * heads, n, dv / 4]
@group(0) @binding(7) var<uniform> u: Uniforms;

const PAIRS: u32 = SLICE_QUADS / COLUMN_GROUPS; // the first of a lane's sums that are pairs

var<private> head: u32;
var<private> first_query: u32;
var<private> first_quad: u32;
var<private> slot: u32;     // of all heads
var<private> last_row: u32; // of the slot's rows in the state: its features, then the v of its chunk

fn left(row: u32, e: u32) -> real4 { return unpack_real(q[(head * u.n + min(first_query + row, u.n - 1u)) * u.d_quads + e]); }
fn right(feature: u32, e: u32) -> real4 { return unpack_real(proj[min(feature, u.features - 1u) * u.d_quads + e]); }

fn value(row: u32, e: u32) -> vec4f {
  let column = select(min(first_quad + e, u.dv_quads - 1u), u.dv_quads + e - SLICE_QUADS, e >= SLICE_QUADS);
  return state[(slot * u.rows + min(row, last_row)) * u.width + column];
}
fn number(feature: u32) -> f32 { return norms[slot * ((u.features + 3u) / 4u * 4u) + min(feature, u.features - 1u)]; }

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

// What lane sum `i` of the pairs weighs in v, from what it is after the features.
fn pair(me: Lane, i: u32, row: u32, scale: vec4f, totals_at: u32) -> mat4x4f {
  let key_quad = own_quad(me, i) - SLICE_QUADS;
  let total = totals[totals_at + u.dv_quads + key_quad];
  return causal(with_epsilon(own_sum(me, i), scale, total), key_quad * 4u, row);
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
  last_row = u.features - 1u;
  let totals_at = (head * u.slots + chunk) * (u.width + 1u);
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
  // The query's features are scale * 2^(exponent - peak) + eps.
  var scale = exp2(-half);
  // First the features, then the pairs: one loop, because each call of a product is compiled again.
  let feature_steps = (u.features + STEP - 1u) / STEP;
  for (var step = 0u; step < feature_steps + select(0u, pair_steps, CAUSAL); step++) {
    var weights = Block();
    var factor = vec4f(1.0);
    var start = step * STEP;
    var stop = u.features;
    var end = end_quad;
    if (!CAUSAL || step < feature_steps) {
      let feature = start + own_column(me);
      let s = visible_block(scaled_block(inner_products(me, start, u.d_quads), u.scale), feature, u.features);
      let before = peak;
      peak = max(peak, across_largest(me, largest_of(s)));
      weights = features_block(s, peak);
      factor = exp2(before - peak);
      norm_sum = norm_sum * factor + weighted_sum_of(weights, numbers_of(me, start));
      if (!STABILIZE) { scale = exp2(peak - half); }
    } else {
      let pair_step = step - feature_steps;
      if (pair_step == 0u) {
        norm_sum *= scale;
        factor = scale;
        for (var i = PAIRS; i < PAIRS + pair_steps * 4u; i++) {
          let weight = pair(me, i, row - chunk_begin, scale, totals_at);
          norm_sum += sum_columns(weight);
          set_own_sum(me, i, weight);
        }
      }
      let from_pair = PAIRS + pair_step * 4u;
      weights = Block(
        own_sum(me, from_pair), own_sum(me, from_pair + 1u), own_sum(me, from_pair + 2u), own_sum(me, from_pair + 3u));
      last_row = u.features + min(u.chunk, u.n - chunk_begin) - 1u;
      start = u.features + pair_step * STEP;
      stop = start + STEP;
      end = u.slice_quads;
    }
    add_outer_products(me, weights, factor, start, stop, 0u, end);
  }

  let rest = select(scale, vec4f(1.0), CAUSAL);
  let divisor = across_sum(me, norm_sum * rest) + totals[totals_at + u.width].x * u.feature_eps + u.eps;
  for (var i = 0u; i < u.slice_quads / COLUMN_GROUPS; i++) {
    let e = first_quad + own_quad(me, i);
    let total = totals[totals_at + min(e, u.dv_quads - 1u)];
    let o = transpose(scale_rows(with_epsilon(own_sum(me, i), rest, total), 1.0 / divisor));
    for (var r = 0u; r < u.lane_rows; r++) {
      if (row + r < u.n && e < u.dv_quads) { y[(head * u.n + row + r) * u.dv_quads + e] = pack(o[r]); }
    }
  }
}
