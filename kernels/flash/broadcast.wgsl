// Flash attention by subgroup broadcast. A lane owns four queries, one a matrix row; a step takes 16 keys. Each lane loads whole
// quads of one key in WIDTH and the subgroup passes them round, so that a load serves every lane. Nothing is reduced
// across lanes and nothing waits: a lane's queries and sums lie in workgroup memory only because registers cannot be indexed.
@group(0) @binding(0) var<storage, read> q: array<quad>;       // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;       // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;       // [batch, kvHeads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [batch, heads, n, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

const STEP: u32 = 16u;

var<workgroup> queries: array<mat4x4<real>, D_QUADS * LANES>; // [d / 4, lane], column: dimension, row: query
var<workgroup> sums: array<mat4x4f, DV_QUADS * LANES>;        // [dv / 4, lane], the same, not yet divided

// Quads of the keys that this lane holds in a step: WIDTH * g + lane % WIDTH, for every g below STEP / WIDTH.
alias Held = array<real4, 4>;
struct Step { a: mat4x4<real>, b: mat4x4<real>, c: mat4x4<real>, d: mat4x4<real> } // column: key, row: dimension

fn query(address: u32) -> real4 { return unpack_real(q[address]) * real(QUERY_SCALE); }

// WIDTH is the smallest subgroup the adapter makes (or the workgroup), so that the first WIDTH lanes are always there.
fn spread(x: Held) -> Step {
  return Step(
    mat4x4<real>(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH)),
    mat4x4<real>(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH)),
    mat4x4<real>(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH)),
    mat4x4<real>(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH)));
}

fn masked(s: mat4x4f, j: u32, visible: vec4u) -> mat4x4f {
  return mat4x4f(
    select(vec4f(MASKED), s[0], vec4u(j) < visible),
    select(vec4f(MASKED), s[1], vec4u(j + 1u) < visible),
    select(vec4f(MASKED), s[2], vec4u(j + 2u) < visible),
    select(vec4f(MASKED), s[3], vec4u(j + 3u) < visible));
}

fn largest(s: mat4x4f) -> vec4f { return max(max(s[0], s[1]), max(s[2], s[3])); }
fn total(s: mat4x4f) -> vec4f { return (s[0] + s[1]) + (s[2] + s[3]); }
fn scaled(s: mat4x4f, rows: vec4f) -> mat4x4f { return mat4x4f(s[0] * rows, s[1] * rows, s[2] * rows, s[3] * rows); }
fn weights(s: mat4x4f, top: vec4f) -> mat4x4f {
  return mat4x4f(exp2(s[0] - top), exp2(s[1] - top), exp2(s[2] - top), exp2(s[3] - top));
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let head = index / u.row_tiles;
  if (head >= u.heads) { return; }
  // Last rows first: under a causal mask they take longest.
  let first = (u.row_tiles - 1u - index % u.row_tiles) * LANES * 4u;
  let end = visible_keys(min(first + LANES * 4u, u.n) - 1u, u.m, u.lead, u.lag);
  let all_see = visible_keys(first, u.m, u.lead, u.lag);
  let key_row = head / u.group * u.m;

  let i = first + local * 4u;
  let visible = vec4u(
    visible_keys(i, u.m, u.lead, u.lag),
    visible_keys(i + 1u, u.m, u.lead, u.lag),
    visible_keys(i + 2u, u.m, u.lead, u.lag),
    visible_keys(i + 3u, u.m, u.lead, u.lag));
  // Rows past the end read the last row; what they give is not stored.
  let rows = (vec4u(head * u.n) + min(vec4u(i, i + 1u, i + 2u, i + 3u), vec4u(u.n - 1u))) * u.d_quads;
  for (var e = 0u; e < u.d_quads; e++) {
    queries[e * LANES + local] =
      transpose(mat4x4<real>(query(rows.x + e), query(rows.y + e), query(rows.z + e), query(rows.w + e)));
  }

  var top = vec4f(MASKED);
  var sum = vec4f();
  for (var start = 0u; start < end; start += STEP) {
    // Keys past the end read the last key; their weight is 0.
    let held = vec4u(key_row) + min(vec4u(0u, 1u, 2u, 3u) * WIDTH + start + lane % WIDTH, vec4u(u.m - 1u));

    var a = mat4x4f(); // column: key, row: query
    var b = mat4x4f();
    var c = mat4x4f();
    var d = mat4x4f();
    let keys = held * u.d_quads;
    for (var e = 0u; e < u.d_quads; e++) {
      var x = Held();
      x[0] = unpack_real(k[keys.x + e]);
      if (WIDTH < 16u) { x[1] = unpack_real(k[keys.y + e]); }
      if (WIDTH < 8u) {
        x[2] = unpack_real(k[keys.z + e]);
        x[3] = unpack_real(k[keys.w + e]);
      }
      let step_keys = spread(x);
      let mine = queries[e * LANES + local];
      a += product(mine, step_keys.a);
      b += product(mine, step_keys.b);
      c += product(mine, step_keys.c);
      d += product(mine, step_keys.d);
    }
    a *= u.scale;
    b *= u.scale;
    c *= u.scale;
    d *= u.scale;
    if (start + STEP > all_see) {
      a = masked(a, start, visible);
      b = masked(b, start + 4u, visible);
      c = masked(c, start + 8u, visible);
      d = masked(d, start + 12u, visible);
    }

    let before = top;
    top = max(top, max(max(largest(a), largest(b)), max(largest(c), largest(d))));
    let factor = exp2(before - top);
    // In a row that has seen no key yet all these are 1; its first key brings a factor of 0.
    a = weights(a, top);
    b = weights(b, top);
    c = weights(c, top);
    d = weights(d, top);
    sum = sum * factor + (total(a) + total(b) + total(c) + total(d));

    let values = held * u.dv_quads;
    for (var e = 0u; e < u.dv_quads; e++) {
      var x = Held();
      x[0] = unpack_real(v[values.x + e]);
      if (WIDTH < 16u) { x[1] = unpack_real(v[values.y + e]); }
      if (WIDTH < 8u) {
        x[2] = unpack_real(v[values.z + e]);
        x[3] = unpack_real(v[values.w + e]);
      }
      let step_values = spread(x);
      var o = scaled(sums[e * LANES + local], factor);
      o += product(mat4x4<real>(a), transpose(step_values.a));
      o += product(mat4x4<real>(b), transpose(step_values.b));
      o += product(mat4x4<real>(c), transpose(step_values.c));
      o += product(mat4x4<real>(d), transpose(step_values.d));
      sums[e * LANES + local] = o;
    }
  }

  let share = select(1.0 / sum, vec4f(), visible == vec4u());
  let to = (head * u.n + i) * u.dv_quads;
  for (var e = 0u; e < u.dv_quads; e++) {
    let o = transpose(scaled(sums[e * LANES + local], share));
    if (i < u.n) { y[to + e] = pack(o[0]); }
    if (i + 1u < u.n) { y[to + u.dv_quads + e] = pack(o[1]); }
    if (i + 2u < u.n) { y[to + 2u * u.dv_quads + e] = pack(o[2]); }
    if (i + 3u < u.n) { y[to + 3u * u.dv_quads + e] = pack(o[3]); }
  }
}
