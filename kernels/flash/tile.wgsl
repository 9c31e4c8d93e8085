// Flash attention in workgroup tiles, without subgroups. A workgroup of 64 threads owns ROWS queries and walks over the keys,
// 1024 / ROWS at a time. In the products a thread holds 4 queries x 4 keys, or 4 queries x 4 dimensions; in the softmax it
// holds one query.
@group(0) @binding(0) var<storage, read> q: array<quad>;       // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;       // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;       // [batch, kvHeads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [batch, heads, n, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

const THREADS: u32 = 64u;
const KEY_QUADS: u32 = 256u / ROWS;

var<workgroup> scores: array<vec4f, 256>;            // [ROWS, keys / 4], then their exponentials
var<workgroup> sums: array<vec4f, ROWS * DV_QUADS>;  // [ROWS, dv / 4], not yet divided
var<workgroup> factors: array<f32, ROWS>;            // what each row of sums is to be multiplied by next

fn query(address: u32) -> real4 { return unpack_real(q[address]) * real(QUERY_SCALE); }
fn key(address: u32) -> real4 { return unpack_real(k[address]); }
fn value(address: u32) -> real4 { return unpack_real(v[address]); }

fn keep(row: u32, quad_at: u32, i: u32, j: u32, products: vec4f) {
  let seen = vec4u(j, j + 1u, j + 2u, j + 3u) < vec4u(visible_keys(i, u.m, u.lead, u.lag));
  scores[row * KEY_QUADS + quad_at] = select(vec4f(MASKED), products * u.scale, seen);
}

fn add(at: u32, row: u32, products: vec4f) { sums[at] = sums[at] * factors[row] + products; }

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count);
  let head = index / u.row_tiles;
  if (head >= u.heads) { return; }
  // Last rows first: under a causal mask they take longest.
  let first = (u.row_tiles - 1u - index % u.row_tiles) * ROWS;
  let end = visible_keys(min(first + ROWS, u.n) - 1u, u.m, u.lead, u.lag);
  let key_row = head / u.group * u.m;

  let group = local / KEY_QUADS * 4u;
  let key_quad = local % KEY_QUADS;
  // Rows past the end read the last row; what they give is not stored.
  let i = first + group;
  let rows = (vec4u(head * u.n) + min(vec4u(i, i + 1u, i + 2u, i + 3u), vec4u(u.n - 1u))) * u.d_quads;

  var row_top = MASKED;
  var row_sum = 0.0;
  for (var start = 0u; start < end; start += KEY_QUADS * 4u) {
    let j = start + key_quad * 4u;
    let keys = (vec4u(key_row) + min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(u.m - 1u))) * u.d_quads;
    var s = mat4x4f(); // column: query, row: key
    for (var e = 0u; e < u.d_quads; e++) {
      let queries = mat4x4<real>(query(rows.x + e), query(rows.y + e), query(rows.z + e), query(rows.w + e));
      let tile_keys = mat4x4<real>(key(keys.x + e), key(keys.y + e), key(keys.z + e), key(keys.w + e));
      s += product(transpose(tile_keys), queries);
    }
    keep(group, key_quad, i, j, s[0]);
    keep(group + 1u, key_quad, i + 1u, j, s[1]);
    keep(group + 2u, key_quad, i + 2u, j, s[2]);
    keep(group + 3u, key_quad, i + 3u, j, s[3]);
    workgroupBarrier();

    if (local < ROWS) {
      let from_quad = local * KEY_QUADS;
      var tops = vec4f(row_top);
      for (var at = 0u; at < u.key_quads; at++) { tops = max(tops, scores[from_quad + at]); }
      let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
      var added = vec4f();
      for (var at = 0u; at < u.key_quads; at++) {
        // In a row that has seen no key yet all these are 1; its first key brings a factor of 0.
        let weight = exp2(scores[from_quad + at] - top);
        scores[from_quad + at] = weight;
        added += weight;
      }
      let factor = exp2(row_top - top);
      factors[local] = factor;
      row_sum = row_sum * factor + (added.x + added.y + added.z + added.w);
      row_top = top;
    }
    workgroupBarrier();

    for (var task = local; task < ROWS / 4u * u.dv_quads; task += THREADS) {
      let row = task / u.dv_quads * 4u;
      let column = task % u.dv_quads;
      var o = mat4x4f(); // column: query, row: dimension
      for (var at = 0u; at < u.key_quads && start + at * 4u < end; at++) {
        // Keys past the end have weight 0 and read the last value.
        let from_key = vec4u(0u, 1u, 2u, 3u) + start + at * 4u;
        let values = (vec4u(key_row) + min(from_key, vec4u(u.m - 1u))) * u.dv_quads + column;
        let tile_values = mat4x4<real>(value(values.x), value(values.y), value(values.z), value(values.w));
        let w = row * KEY_QUADS + at;
        let weights = mat4x4f(scores[w], scores[w + KEY_QUADS], scores[w + 2u * KEY_QUADS], scores[w + 3u * KEY_QUADS]);
        o += product(tile_values, mat4x4<real>(weights));
      }
      let to = row * u.dv_quads + column;
      add(to, row, o[0]);
      add(to + u.dv_quads, row + 1u, o[1]);
      add(to + 2u * u.dv_quads, row + 2u, o[2]);
      add(to + 3u * u.dv_quads, row + 3u, o[3]);
    }
    workgroupBarrier();
  }

  if (local < ROWS) {
    let sees_none = visible_keys(first + local, u.m, u.lead, u.lag) == 0u;
    factors[local] = select(1.0 / row_sum, 0.0, sees_none);
  }
  workgroupBarrier();
  let rows_left = min(ROWS, u.n - first);
  let to = (head * u.n + first) * u.dv_quads;
  for (var at = local; at < rows_left * u.dv_quads; at += THREADS) {
    y[to + at] = pack(sums[at] * factors[at / u.dv_quads]);
  }
}
