// y of 64 queries: their features times the state, feature tile by feature tile with a running maximum per query, so that no
// feature leaves the workgroup. CAUSAL: the state holds the chunks before these 64 positions; the keys among them are weighed pair
// by pair (64 x 64, masked) from the same feature tiles. A workgroup is (head, 64 queries, 8 SPAN quads of v).
@group(0) @binding(0) var<storage, read> q: array<quad>;              // [batch * heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;              // [batch * heads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;              // [batch * heads, m, dv / 4]
@group(0) @binding(3) var<storage, read> proj: array<quad>;           // [features, d / 4]
@group(0) @binding(4) var<storage, read> state: array<vec4<f32>>;     // [batch * heads, chunks, features, dv / 4 + 1]
@group(0) @binding(5) var<storage, read> key_max: array<f32>;         // [batch * heads]
@group(0) @binding(6) var<storage, read_write> y: array<quad>;        // [batch * heads, n, dv / 4]
@group(0) @binding(7) var<uniform> u: Uniforms;

// Key features take the second half of the tile; before they are written, the lanes' maxima stand there.
const SECOND = INNER * ROW_QUADS;

// Blocks 0 and 1 are a lane's queries, 2 and 3 its keys.
fn vector_quad(block: u32, at: u32) -> real4 {
  if (CAUSAL && block >= 2u) { return unpack_real(k[at]); }
  return unpack_real(q[at]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  let slice = index % u.slices;
  let row_tile = (index / u.slices) % u.row_tiles;
  let head = index / u.slices / u.row_tiles;
  let r = local / 8u;
  let c = local % 8u;
  let begin = row_tile * ROWS;
  let row = begin + r * 8u;
  let first_quad = slice * 8u * SPAN + c * SPAN;
  let width = u.dv_quads + 1u;
  let slot = (head * u.chunks + select(0u, row_tile, CAUSAL)) * u.features;

  // Half the squared length of each row, in the exponent's units.
  var square = 0.0;
  var key_square = 0.0;
  let own = head * u.n + min(begin + local, u.n - 1u);
  for (var e = 0u; e < u.d_quads; e++) {
    let x = unpack(q[own * u.d_quads + e]);
    square += dot(x, x);
    if (CAUSAL) {
      let x = unpack(k[own * u.d_quads + e]);
      key_square += dot(x, x);
    }
  }
  tile[local] = vec4<f32>(square, key_square, 0.0, 0.0) * u.half_square;
  workgroupBarrier();
  var half = Rows();
  var key_half = Rows();
  for (var i = 0u; i < u.columns_each; i++) {
    half.low[i] = tile[r * 8u + i].x;
    half.high[i] = tile[r * 8u + i + 4u].x;
    key_half.low[i] = tile[r * 8u + i].y;
    key_half.high[i] = tile[r * 8u + i + 4u].y;
  }
  workgroupBarrier();

  let highest_key = key_max[head];
  var sums = array<vec4<f32>, 8u * SPAN>();
  var state_sum = array<vec4<f32>, SPAN>();
  var norm = Rows();
  var norm_sum = 0.0;
  var peak = all_rows(LOWEST);
  var pairs = array<vec4<f32>, 16>();   // [8 queries][8 keys], CAUSAL only
  var key_sum = Rows();
  for (var start = 0u; start < u.features; start += INNER) {
    let feature = start + c * 4u;
    var products = array<vec4<f32>, 8>();
    var key_products = array<vec4<f32>, 8>();
    for (var block = 0u; block < u.blocks; block++) {
      var part = array<vec4<f32>, 4>();
      for (var e = 0u; e < u.d_quads; e++) {
        var b = array<real4, 4>();
        for (var j = 0u; j < 4u; j++) {
          b[j] = unpack_real(proj[min(feature + j, u.features - 1u) * u.d_quads + e]);
        }
        for (var i = 0u; i < 4u; i++) {
          let a = vector_quad(block, (head * u.n + min(row + block % 2u * 4u + i, u.n - 1u)) * u.d_quads + e);
          part[i] += vec4<f32>(f32(dot(a, b[0])), f32(dot(a, b[1])), f32(dot(a, b[2])), f32(dot(a, b[3])));
        }
      }
      for (var i = 0u; i < 8u; i++) {
        products[i] = select(products[i], part[i % 4u], i / 4u == block);
        key_products[i] = select(key_products[i], part[i % 4u], i / 4u + 2u == block);
      }
    }
    let columns = min(u.columns_each, max(u.features, feature) - feature);
    var highest = all_rows(LOWEST);
    for (var j = 0u; j < columns; j++) {
      highest = max_rows(highest, times_rows(column_of(products, j), all_rows(u.scale)));
    }
    tell(SECOND, r, c, highest);
    workgroupBarrier();
    let next = max_rows(peak, max_told(SECOND, r));
    if (CAUSAL) { workgroupBarrier(); }
    let decay = exp2_rows(minus_rows(peak, next));
    peak = next;
    norm = times_rows(norm, decay);
    for (var j = 0u; j < columns; j++) {
      let state_norm = state[(slot + feature + j) * width + u.dv_quads].x;
      let weights = exp2_rows(minus_rows(times_rows(column_of(products, j), all_rows(u.scale)), peak));
      norm = plus_rows(norm, times_rows(weights, all_rows(state_norm)));
      norm_sum += state_norm;
      store_column(0u, r, c * 4u + j, weights);
      if (CAUSAL) {
        let raw = times_rows(column_of(key_products, j), all_rows(u.scale));
        let exact = exp2_rows(minus_rows(minus_rows(raw, key_half), all_rows(highest_key)));
        let key_weights = plus_rows(exact, all_rows(u.feature_eps));
        key_sum = plus_rows(key_sum, key_weights);
        store_column(SECOND, r, c * 4u + j, key_weights);
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < 8u * SPAN; i++) { sums[i] *= row_of(decay, i / SPAN); }
    if (CAUSAL) {
      for (var i = 0u; i < 16u; i++) { pairs[i] *= row_of(decay, i / 2u); }
    }
    for (var j = 0u; j < min(INNER, u.features - start); j++) {
      let low = tile[j * ROW_QUADS + r * 2u];
      let high = tile[j * ROW_QUADS + r * 2u + 1u];
      for (var s = 0u; s < SPAN; s++) {
        let x = state[(slot + start + j) * width + min(first_quad + s, u.dv_quads - 1u)];
        state_sum[s] += x;
        for (var i = 0u; i < 4u; i++) {
          sums[i * SPAN + s] += low[i] * x;
          sums[(i + 4u) * SPAN + s] += high[i] * x;
        }
      }
      if (CAUSAL) {
        for (var s = 0u; s < 2u; s++) {
          let x = tile[SECOND + j * ROW_QUADS + c * 2u + s];
          for (var i = 0u; i < 4u; i++) {
            pairs[i * 2u + s] += low[i] * x;
            pairs[(i + 4u) * 2u + s] += high[i] * x;
          }
        }
      }
    }
    if (CAUSAL) { workgroupBarrier(); }
  }

  // The query's features are factor * 2^(exponent - peak) + eps.
  var factor = exp2_rows(minus_rows(Rows(), half));
  if (!STABILIZE) { factor = exp2_rows(minus_rows(peak, half)); }
  norm = times_rows(norm, factor);
  norm = plus_rows(norm, all_rows(norm_sum * u.feature_eps));
  for (var i = 0u; i < 8u * SPAN; i++) {
    sums[i] = sums[i] * row_of(factor, i / SPAN) + state_sum[i % SPAN] * u.feature_eps;
  }
  if (CAUSAL) {
    tell(0u, r, c, key_sum);
    workgroupBarrier();
    let key_sums = sum_told(0u, c);
    for (var i = 0u; i < 8u; i++) {
      let limit = vec4<u32>(r * 8u + i);
      let keys = vec4<u32>(c * 8u) + vec4<u32>(0u, 1u, 2u, 3u);
      let low = pairs[i * 2u] * row_of(factor, i) + key_sums.low * u.feature_eps;
      let high = pairs[i * 2u + 1u] * row_of(factor, i) + key_sums.high * u.feature_eps;
      pairs[i * 2u] = select(vec4<f32>(), low, keys <= limit);
      pairs[i * 2u + 1u] = select(vec4<f32>(), high, keys + 4u <= limit);
    }
    workgroupBarrier();
    for (var x = 0u; x < u.columns_each; x++) {
      for (var s = 0u; s < 2u; s++) {
        let weights = Rows(
          vec4<f32>(pairs[s][x], pairs[2u + s][x], pairs[4u + s][x], pairs[6u + s][x]),
          vec4<f32>(pairs[8u + s][x], pairs[10u + s][x], pairs[12u + s][x], pairs[14u + s][x]),
        );
        norm = plus_rows(norm, weights);
        store_column(0u, r, c * 8u + s * 4u + x, weights);
      }
    }
    workgroupBarrier();
    for (var j = 0u; j < min(ROWS, u.n - begin); j++) {
      let low = tile[j * ROW_QUADS + r * 2u];
      let high = tile[j * ROW_QUADS + r * 2u + 1u];
      for (var s = 0u; s < SPAN; s++) {
        let x = unpack(v[(head * u.n + begin + j) * u.dv_quads + min(first_quad + s, u.dv_quads - 1u)]);
        for (var i = 0u; i < 4u; i++) {
          sums[i * SPAN + s] += low[i] * x;
          sums[(i + 4u) * SPAN + s] += high[i] * x;
        }
      }
    }
  }
  workgroupBarrier();
  tell(0u, r, c, norm);
  workgroupBarrier();
  let norms = sum_told(0u, r);
  for (var i = 0u; i < u.rows_each; i++) {
    let scale = 1.0 / (row_of(norms, i) + u.eps);
    for (var s = 0u; s < SPAN; s++) {
      if (row + i < u.n && first_quad + s < u.dv_quads) {
        y[(head * u.n + row + i) * u.dv_quads + first_quad + s] = pack(pick(sums, i, s) * scale);
      }
    }
  }
}
