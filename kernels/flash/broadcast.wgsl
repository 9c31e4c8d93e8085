// Flash attention by subgroup broadcast. A lane owns four queries, or eight in two halves, one a matrix row; a step takes STEP
// keys and two dimensions at a time. Each lane loads pairs of one key in WIDTH and the subgroup passes them round, so that a load
// serves every lane. Nothing is reduced across lanes and nothing waits: a lane's sums, and its queries where they fit, lie in
// workgroup memory only because registers cannot be indexed.
@group(0) @binding(0) var<storage, read> q: array<pair>;       // [batch, heads, n, d / 2]
@group(0) @binding(1) var<storage, read> k: array<pair>;       // [batch, kvHeads, m, d / 2]
@group(0) @binding(2) var<storage, read> v: array<pair>;       // [batch, kvHeads, m, dv / 2]
@group(0) @binding(3) var<storage, read_write> y: array<pair>; // [batch, heads, n, dv / 2]
@group(0) @binding(4) var<uniform> u: Uniforms;

const LANE_QUERIES: u32 = 4u * HALVES;

// [half, pair, lane], column: dimension, row: query; not yet divided.
var<workgroup> sums: array<mat2x4f, HALVES * DV_PAIRS * LANES>;

// Pairs of the keys that this lane holds in a step: WIDTH * g + lane % WIDTH, for every g below STEP / WIDTH.
alias Held = array<vec2f, 8>;
// Scores of a step, then their weights; column: key, row: query.
struct Scores {
  a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f,
  e: mat4x4f, f: mat4x4f, g: mat4x4f, h: mat4x4f,
}
// Four queries of a lane and what they have seen: rows of q (in pairs), keys they see, running maximum and sum.
struct Half { rows: vec4u, visible: vec4u, top: vec4f, sum: vec4f }

// Four keys of the step, passed round; column: key. WIDTH is the smallest subgroup the adapter makes (or the workgroup), so that the
// first WIDTH lanes are always there.
fn four_a(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[0], 0u),
    subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
    subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
    subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH));
}
fn four_b(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
    subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
    subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
    subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH));
}
fn four_c(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
    subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
    subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
    subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH));
}
fn four_d(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
    subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
    subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
    subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH));
}
fn four_e(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[16u / WIDTH], 16u % WIDTH),
    subgroupBroadcast(x[17u / WIDTH], 17u % WIDTH),
    subgroupBroadcast(x[18u / WIDTH], 18u % WIDTH),
    subgroupBroadcast(x[19u / WIDTH], 19u % WIDTH));
}
fn four_f(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[20u / WIDTH], 20u % WIDTH),
    subgroupBroadcast(x[21u / WIDTH], 21u % WIDTH),
    subgroupBroadcast(x[22u / WIDTH], 22u % WIDTH),
    subgroupBroadcast(x[23u / WIDTH], 23u % WIDTH));
}
fn four_g(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[24u / WIDTH], 24u % WIDTH),
    subgroupBroadcast(x[25u / WIDTH], 25u % WIDTH),
    subgroupBroadcast(x[26u / WIDTH], 26u % WIDTH),
    subgroupBroadcast(x[27u / WIDTH], 27u % WIDTH));
}
fn four_h(x: Held) -> mat4x2f {
  return mat4x2f(
    subgroupBroadcast(x[28u / WIDTH], 28u % WIDTH),
    subgroupBroadcast(x[29u / WIDTH], 29u % WIDTH),
    subgroupBroadcast(x[30u / WIDTH], 30u % WIDTH),
    subgroupBroadcast(x[31u / WIDTH], 31u % WIDTH));
}

fn start_half(head: u32, i: u32) -> Half {
  let queries = vec4u(i, i + 1u, i + 2u, i + 3u);
  let visible = vec4u(
    visible_keys(i, u.m, u.lead, u.lag),
    visible_keys(i + 1u, u.m, u.lead, u.lag),
    visible_keys(i + 2u, u.m, u.lead, u.lag),
    visible_keys(i + 3u, u.m, u.lead, u.lag));
  // Rows past the end read the last row; what they give is not stored.
  let rows = (vec4u(head * u.n) + min(queries, vec4u(u.n - 1u))) * u.d_pairs;
  return Half(rows, visible, vec4f(MASKED), vec4f());
}

fn read_queries(rows: vec4u, e: u32) -> mat2x4<real> {
  return transpose(mat4x2<real>(
    unpack_pair(q[rows.x + e]), unpack_pair(q[rows.y + e]), unpack_pair(q[rows.z + e]), unpack_pair(q[rows.w + e])));
}

fn mask_block(s: mat4x4f, j: u32, visible: vec4u) -> mat4x4f {
  return mat4x4f(
    select(vec4f(MASKED), s[0], vec4u(j) < visible),
    select(vec4f(MASKED), s[1], vec4u(j + 1u) < visible),
    select(vec4f(MASKED), s[2], vec4u(j + 2u) < visible),
    select(vec4f(MASKED), s[3], vec4u(j + 3u) < visible));
}
fn masked(s: Scores, j: u32, visible: vec4u) -> Scores {
  var seen = s;
  seen.a = mask_block(s.a, j, visible);
  seen.b = mask_block(s.b, j + 4u, visible);
  seen.c = mask_block(s.c, j + 8u, visible);
  seen.d = mask_block(s.d, j + 12u, visible);
  if (STEP > 16u) {
    seen.e = mask_block(s.e, j + 16u, visible);
    seen.f = mask_block(s.f, j + 20u, visible);
    seen.g = mask_block(s.g, j + 24u, visible);
    seen.h = mask_block(s.h, j + 28u, visible);
  }
  return seen;
}

fn largest_of(s: mat4x4f) -> vec4f { return max(max(s[0], s[1]), max(s[2], s[3])); }
fn largest(s: Scores) -> vec4f {
  let first = max(max(largest_of(s.a), largest_of(s.b)), max(largest_of(s.c), largest_of(s.d)));
  if (STEP == 16u) { return first; }
  return max(first, max(max(largest_of(s.e), largest_of(s.f)), max(largest_of(s.g), largest_of(s.h))));
}

fn weights_of(s: mat4x4f, top: vec4f) -> mat4x4f {
  return mat4x4f(exp2(s[0] - top), exp2(s[1] - top), exp2(s[2] - top), exp2(s[3] - top));
}
fn weights(s: Scores, top: vec4f) -> Scores {
  var w = s;
  w.a = weights_of(s.a, top);
  w.b = weights_of(s.b, top);
  w.c = weights_of(s.c, top);
  w.d = weights_of(s.d, top);
  if (STEP > 16u) {
    w.e = weights_of(s.e, top);
    w.f = weights_of(s.f, top);
    w.g = weights_of(s.g, top);
    w.h = weights_of(s.h, top);
  }
  return w;
}

fn total_of(s: mat4x4f) -> vec4f { return (s[0] + s[1]) + (s[2] + s[3]); }
fn total(s: Scores) -> vec4f {
  let first = (total_of(s.a) + total_of(s.b)) + (total_of(s.c) + total_of(s.d));
  if (STEP == 16u) { return first; }
  return first + ((total_of(s.e) + total_of(s.f)) + (total_of(s.g) + total_of(s.h)));
}

fn scaled(sum: mat2x4f, rows: vec4f) -> mat2x4f { return mat2x4f(sum[0] * rows, sum[1] * rows); }

fn store(head: u32, i: u32, e: u32, sum: mat2x4f, share: vec4f) {
  let o = transpose(scaled(sum, share));
  let to = (head * u.n + i) * u.dv_pairs + e;
  if (i < u.n) { y[to] = pack_pair(o[0]); }
  if (i + 1u < u.n) { y[to + u.dv_pairs] = pack_pair(o[1]); }
  if (i + 2u < u.n) { y[to + 2u * u.dv_pairs] = pack_pair(o[2]); }
  if (i + 3u < u.n) { y[to + 3u * u.dv_pairs] = pack_pair(o[3]); }
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
  let first = (u.row_tiles - 1u - index % u.row_tiles) * LANES * LANE_QUERIES;
  let end = visible_keys(min(first + LANES * LANE_QUERIES, u.n) - 1u, u.m, u.lead, u.lag);
  let all_see = visible_keys(first, u.m, u.lead, u.lag);
  let key_row = head / u.group * u.m;

  let i = first + local * LANE_QUERIES;
  var low = start_half(head, i);
  var high = start_half(head, i + 4u);
  let dv_high = DV_PAIRS * LANES;
  keep_queries(low.rows, 0u, local);
  if (HALVES > 1u) { keep_queries(high.rows, 1u, local); }

  for (var start = 0u; start < end; start += STEP) {
    // Keys past the end read the last key; their weight is 0.
    let last = vec4u(u.m - 1u);
    let from_key = vec4u(0u, 1u, 2u, 3u) * WIDTH + start + lane % WIDTH;
    let held = vec4u(key_row) + min(from_key, last);
    let held_more = vec4u(key_row) + min(from_key + 4u * WIDTH, last);

    var s = Scores();
    var t = Scores();
    let keys = held * u.d_pairs;
    let more_keys = held_more * u.d_pairs;
    for (var e = 0u; e < u.d_pairs; e++) {
      var x = Held();
      x[0] = vec2f(unpack_pair(k[keys.x + e]));
      if (WIDTH < STEP) { x[1] = vec2f(unpack_pair(k[keys.y + e])); }
      if (2u * WIDTH < STEP) {
        x[2] = vec2f(unpack_pair(k[keys.z + e]));
        x[3] = vec2f(unpack_pair(k[keys.w + e]));
      }
      if (4u * WIDTH < STEP) {
        x[4] = vec2f(unpack_pair(k[more_keys.x + e]));
        x[5] = vec2f(unpack_pair(k[more_keys.y + e]));
        x[6] = vec2f(unpack_pair(k[more_keys.z + e]));
        x[7] = vec2f(unpack_pair(k[more_keys.w + e]));
      }
      // Each four are used for both halves at once: that way they need not be kept.
      let mine = mat2x4f(queries_of(low.rows, 0u, e, local));
      var mine_high = mine;
      if (HALVES > 1u) { mine_high = mat2x4f(queries_of(high.rows, 1u, e, local)); }
      let key_a = four_a(x);
      s.a += mine * key_a;
      if (HALVES > 1u) { t.a += mine_high * key_a; }
      let key_b = four_b(x);
      s.b += mine * key_b;
      if (HALVES > 1u) { t.b += mine_high * key_b; }
      let key_c = four_c(x);
      s.c += mine * key_c;
      if (HALVES > 1u) { t.c += mine_high * key_c; }
      let key_d = four_d(x);
      s.d += mine * key_d;
      if (HALVES > 1u) { t.d += mine_high * key_d; }
      if (STEP > 16u) {
        let key_e = four_e(x);
        s.e += mine * key_e;
        if (HALVES > 1u) { t.e += mine_high * key_e; }
        let key_f = four_f(x);
        s.f += mine * key_f;
        if (HALVES > 1u) { t.f += mine_high * key_f; }
        let key_g = four_g(x);
        s.g += mine * key_g;
        if (HALVES > 1u) { t.g += mine_high * key_g; }
        let key_h = four_h(x);
        s.h += mine * key_h;
        if (HALVES > 1u) { t.h += mine_high * key_h; }
      }
    }

    let fade_low = soften(&low, &s, start, all_see);
    var fade_high = vec4f();
    if (HALVES > 1u) { fade_high = soften(&high, &t, start, all_see); }

    let values = held * u.dv_pairs;
    let more_values = held_more * u.dv_pairs;
    for (var e = 0u; e < u.dv_pairs; e++) {
      var x = Held();
      x[0] = vec2f(unpack_pair(v[values.x + e]));
      if (WIDTH < STEP) { x[1] = vec2f(unpack_pair(v[values.y + e])); }
      if (2u * WIDTH < STEP) {
        x[2] = vec2f(unpack_pair(v[values.z + e]));
        x[3] = vec2f(unpack_pair(v[values.w + e]));
      }
      if (4u * WIDTH < STEP) {
        x[4] = vec2f(unpack_pair(v[more_values.x + e]));
        x[5] = vec2f(unpack_pair(v[more_values.y + e]));
        x[6] = vec2f(unpack_pair(v[more_values.z + e]));
        x[7] = vec2f(unpack_pair(v[more_values.w + e]));
      }
      let at = e * LANES + local;
      var o = scaled(sums[at], fade_low);
      var o_high = o;
      if (HALVES > 1u) { o_high = scaled(sums[dv_high + at], fade_high); }
      let value_a = four_a(x);
      o += s.a * transpose(value_a);
      if (HALVES > 1u) { o_high += t.a * transpose(value_a); }
      let value_b = four_b(x);
      o += s.b * transpose(value_b);
      if (HALVES > 1u) { o_high += t.b * transpose(value_b); }
      let value_c = four_c(x);
      o += s.c * transpose(value_c);
      if (HALVES > 1u) { o_high += t.c * transpose(value_c); }
      let value_d = four_d(x);
      o += s.d * transpose(value_d);
      if (HALVES > 1u) { o_high += t.d * transpose(value_d); }
      if (STEP > 16u) {
        let value_e = four_e(x);
        o += s.e * transpose(value_e);
        if (HALVES > 1u) { o_high += t.e * transpose(value_e); }
        let value_f = four_f(x);
        o += s.f * transpose(value_f);
        if (HALVES > 1u) { o_high += t.f * transpose(value_f); }
        let value_g = four_g(x);
        o += s.g * transpose(value_g);
        if (HALVES > 1u) { o_high += t.g * transpose(value_g); }
        let value_h = four_h(x);
        o += s.h * transpose(value_h);
        if (HALVES > 1u) { o_high += t.h * transpose(value_h); }
      }
      sums[at] = o;
      if (HALVES > 1u) { sums[dv_high + at] = o_high; }
    }
  }

  let share = select(1.0 / low.sum, vec4f(), low.visible == vec4u());
  let share_high = select(1.0 / high.sum, vec4f(), high.visible == vec4u());
  for (var e = 0u; e < u.dv_pairs; e++) {
    let at = e * LANES + local;
    store(head, i, e, sums[at], share);
    if (HALVES > 1u) { store(head, i + 4u, e, sums[dv_high + at], share_high); }
  }
}

// Scores become weights; returns what the sums so far are to be multiplied by.
fn soften(half: ptr<function, Half>, s: ptr<function, Scores>, start: u32, all_see: u32) -> vec4f {
  var scores = *s;
  scores = times(scores, u.scale);
  if (start + STEP > all_see) { scores = masked(scores, start, (*half).visible); }
  let before = (*half).top;
  let top = max(before, largest(scores));
  let fade = exp2(before - top);
  // In a row that has seen no key yet all these are 1; its first key brings a factor of 0.
  scores = weights(scores, top);
  (*half).top = top;
  (*half).sum = (*half).sum * fade + total(scores);
  *s = scores;
  return fade;
}

fn times(s: Scores, by: f32) -> Scores {
  var t = s;
  t.a *= by;
  t.b *= by;
  t.c *= by;
  t.d *= by;
  if (STEP > 16u) {
    t.e *= by;
    t.f *= by;
    t.g *= by;
    t.h *= by;
  }
  return t;
}
