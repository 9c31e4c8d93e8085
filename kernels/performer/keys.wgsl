// State of one chunk of keys: sum_j exp(w . k_j - |k_j|^2 / 2 - peak) v_j and the same without v_j, for 64 features w, with a
// running maximum `peak` per feature. A workgroup is (head, chunk, 64 features, 8 SPAN quads of v).
@group(0) @binding(0) var<storage, read> k: array<quad>;          // [batch * heads, m, d / 4]
@group(0) @binding(1) var<storage, read> v: array<quad>;          // [batch * heads, m, dv / 4]
@group(0) @binding(2) var<storage, read> proj: array<quad>;       // [features, d / 4]
@group(0) @binding(3) var<storage, read_write> state: array<vec4<f32>>;       // [batch * heads, chunks, features, dv / 4 + 1]
@group(0) @binding(4) var<storage, read_write> norms: array<vec2<f32>>;       // [batch * heads, chunks, features]: sum, peak
@group(0) @binding(5) var<storage, read_write> tops: array<f32>;              // [batch * heads, chunks, feature tiles]: max w . k
@group(0) @binding(6) var<storage, read_write> value_sums: array<vec4<f32>>;  // [batch * heads, chunks, dv / 4]
@group(0) @binding(7) var<uniform> u: Uniforms;

const TOLD = INNER * ROW_QUADS;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  let slice = index % u.slices;
  let feature_tile = (index / u.slices) % u.feature_tiles;
  let chunk = (index / u.slices / u.feature_tiles) % u.chunks;
  let head = index / u.slices / u.feature_tiles / u.chunks;
  let r = local / 8u;
  let c = local % 8u;
  let row = feature_tile * ROWS + r * 8u;
  let begin = chunk * u.chunk;
  let end = min(u.m, begin + u.chunk);
  let first_quad = slice * 8u * SPAN + c * SPAN;

  var sums = array<vec4<f32>, 8u * SPAN>();
  var norm = Rows();
  var peak = all_rows(LOWEST);
  var top = all_rows(LOWEST);
  for (var start = begin; start < end; start += INNER) {
    let key = start + c * 4u;
    var products = array<vec4<f32>, 8>();
    var lengths = vec4<f32>();
    for (var block = 0u; block < u.blocks; block++) {
      var part = array<vec4<f32>, 4>();
      lengths = vec4<f32>();
      for (var e = 0u; e < u.d_quads; e++) {
        var b = array<real4, 4>();
        for (var j = 0u; j < 4u; j++) {
          let x = k[(head * u.m + min(key + j, u.m - 1u)) * u.d_quads + e];
          b[j] = unpack_real(x);
          lengths[j] += dot(unpack(x), unpack(x));
        }
        for (var i = 0u; i < 4u; i++) {
          let a = unpack_real(proj[min(row + block * 4u + i, u.features - 1u) * u.d_quads + e]);
          part[i] += vec4<f32>(f32(dot(a, b[0])), f32(dot(a, b[1])), f32(dot(a, b[2])), f32(dot(a, b[3])));
        }
      }
      for (var i = 0u; i < 8u; i++) { products[i] = select(products[i], part[i % 4u], i / 4u == block); }
    }
    var highest = all_rows(LOWEST);
    for (var j = 0u; j < min(u.columns_each, max(end, key) - key); j++) {
      let raw = times_rows(column_of(products, j), all_rows(u.scale));
      top = max_rows(top, raw);
      highest = max_rows(highest, minus_rows(raw, all_rows(lengths[j] * u.half_square)));
    }
    tell(TOLD, r, c, highest);
    workgroupBarrier();
    let next = max_rows(peak, max_told(TOLD, r));
    let decay = exp2_rows(minus_rows(peak, next));
    peak = next;
    norm = times_rows(norm, decay);
    for (var j = 0u; j < min(u.columns_each, max(end, key) - key); j++) {
      let raw = times_rows(column_of(products, j), all_rows(u.scale));
      let weights = exp2_rows(minus_rows(minus_rows(raw, all_rows(lengths[j] * u.half_square)), peak));
      norm = plus_rows(norm, weights);
      store_column(0u, r, c * 4u + j, weights);
    }
    workgroupBarrier();
    for (var i = 0u; i < 8u * SPAN; i++) { sums[i] *= row_of(decay, i / SPAN); }
    for (var j = 0u; j < min(INNER, end - start); j++) {
      let low = tile[j * ROW_QUADS + r * 2u];
      let high = tile[j * ROW_QUADS + r * 2u + 1u];
      for (var s = 0u; s < SPAN; s++) {
        let x = unpack(v[(head * u.m + start + j) * u.dv_quads + min(first_quad + s, u.dv_quads - 1u)]);
        for (var i = 0u; i < 4u; i++) {
          sums[i * SPAN + s] += low[i] * x;
          sums[(i + 4u) * SPAN + s] += high[i] * x;
        }
      }
    }
  }

  let span = head * u.chunks + chunk;
  for (var i = 0u; i < u.rows_each; i++) {
    for (var s = 0u; s < SPAN; s++) {
      if (row + i < u.features && first_quad + s < u.dv_quads) {
        state[(span * u.features + row + i) * (u.dv_quads + 1u) + first_quad + s] = pick(sums, i, s);
      }
    }
  }
  if (feature_tile == 0u && r == 0u) {
    for (var s = first_quad; s < min(first_quad + SPAN, u.dv_quads); s++) {
      var total = vec4<f32>();
      for (var j = begin; j < end; j++) { total += unpack(v[(head * u.m + j) * u.dv_quads + s]); }
      value_sums[span * u.dv_quads + s] = total;
    }
  }
  tell(TOLD, r, c, norm);
  workgroupBarrier();
  let total = sum_told(TOLD, r);
  if (slice == 0u && row + c < u.features) {
    norms[span * u.features + row + c] = vec2<f32>(row_of(total, c), row_of(peak, c));
  }
  tile[local] = max(top.low, top.high);
  workgroupBarrier();
  if (slice == 0u && local == 0u) {
    var all = vec4<f32>(LOWEST);
    for (var lane = 0u; lane < u.lanes; lane++) { all = max(all, tile[lane]); }
    tops[span * u.feature_tiles + feature_tile] = max(max(all.x, all.y), max(all.z, all.w));
  }
}
