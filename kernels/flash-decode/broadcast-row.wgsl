// One split of the keys for one row, by one subgroup. The lanes lie side by side along a key and along a value, so that memory is read
// in its own order, once, and what a lane keeps stays in registers: no workgroup memory, no barrier.
//
// A round takes LANES keys: their scores, one a lane; the maximum and the weights; their values. The two loops over the keys of a round
// hold four loads each and no more. A software adapter makes hundreds of instructions of a load, and loops that
// outgrow the processor's instruction caches run at half the speed.
@group(0) @binding(0) var<storage, read> q: array<quad>; // [batch, kvHeads, rows, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>; // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>; // [batch, kvHeads, m, dv / 4]

// A lane owns up to four quads of a span of the dimensions, LANES apart: SPAN of k, VALUE_SPAN of v. More dimensions are more spans.
alias Quads = mat4x4f;
// Keys and values of four loads.
const KEYS: u32 = 4u / SPAN;
const VALUES: u32 = 4u / VALUE_SPAN;

// The lane's quads in a span. Past the last quad of a row it is the last one; there queries are 0, and outputs are not stored.
fn columns(span: u32, width: u32, lane: u32) -> vec4u { return (vec4u(0u, 1u, 2u, 3u) + span * width) * LANES + lane; }
fn queries(row: u32, e: vec4u) -> Quads {
  let last = vec4u(u.d_quads - 1u);
  let at = min(e, last);
  let exists = select(vec4f(), vec4f(1.0), e <= last);
  return Quads(
    query(row, at.x) * exists.x, query(row, at.y) * exists.y, query(row, at.z) * exists.z, query(row, at.w) * exists.w);
}

// The lane's part of a key's score.
fn part_of_score(key: u32, e: vec4u, mine: Quads) -> f32 {
  let at = min(e, vec4u(u.d_quads - 1u)) + key * u.d_quads;
  var s = dot(unpack(k[at.x]), mine[0]);
  if (SPAN > 1u) { s += dot(unpack(k[at.y]), mine[1]); }
  if (SPAN > 2u) { s += dot(unpack(k[at.z]), mine[2]) + dot(unpack(k[at.w]), mine[3]); }
  return s;
}
fn plus_value(sum: Quads, key: u32, e: vec4u, weight: f32) -> Quads {
  let at = min(e, vec4u(u.dv_quads - 1u)) + key * u.dv_quads;
  var o = sum;
  o[0] += unpack(v[at.x]) * weight;
  if (VALUE_SPAN > 1u) { o[1] += unpack(v[at.y]) * weight; }
  if (VALUE_SPAN > 2u) {
    o[2] += unpack(v[at.z]) * weight;
    o[3] += unpack(v[at.w]) * weight;
  }
  return o;
}

fn largest_of_lanes(x: f32, lane: u32) -> f32 {
  var largest = x;
  for (var width = 1u; width < LANES; width *= 2u) { largest = max(largest, subgroupShuffle(largest, lane ^ width)); }
  return largest;
}
fn total_of_lanes(x: vec4f, lane: u32) -> vec4f {
  var total = x;
  for (var width = 1u; width < LANES; width *= 2u) { total += subgroupShuffle(total, lane ^ width); }
  return total;
}

// LANES is the smallest subgroup the adapter makes, so that all lanes of the workgroup are in one subgroup.
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let row = index % u.row_tiles;
  let split = index / u.row_tiles % u.splits;
  let head = index / (u.row_tiles * u.splits);
  if (head >= u.heads) { return; }
  let first_row = head * u.m;
  let first = split * u.split;
  let end = min(first + u.split, seen_keys(row));
  // Without a loop where there is one span, so that its numbers are registers.
  let spans = select(u.spans, 1u, SPANS == 1u);
  let value_spans = select(u.value_spans, 1u, VALUE_SPANS == 1u);

  var mine = array<Quads, SPANS>();
  for (var span = 0u; span < spans; span++) {
    mine[span] = queries(head * u.rows + row, columns(span, SPAN, lane));
  }
  var outputs = array<Quads, VALUE_SPANS>();
  var top = FIRST_TOP;
  var sum = 0.0;

  for (var key = first; key < end; key += LANES) {
    var score = 0.0;
    for (var i = 0u; i < u.lanes; i += KEYS) {
      // Keys past the end read the last key; their weight is 0.
      let keys = min(vec4u(0u, 1u, 2u, 3u) + key + i, vec4u(u.m - 1u)) + first_row;
      var s = vec4f();
      for (var span = 0u; span < spans; span++) {
        let e = columns(span, SPAN, lane);
        s.x += part_of_score(keys.x, e, mine[span]);
        if (KEYS > 1u) { s.y += part_of_score(keys.y, e, mine[span]); }
        if (KEYS > 2u) {
          s.z += part_of_score(keys.z, e, mine[span]);
          s.w += part_of_score(keys.w, e, mine[span]);
        }
      }
      s = total_of_lanes(s, lane);
      score = select(score, s.x, lane == i);
      if (KEYS > 1u) { score = select(score, s.y, lane == i + 1u); }
      if (KEYS > 2u) {
        score = select(score, s.z, lane == i + 2u);
        score = select(score, s.w, lane == i + 3u);
      }
    }
    score = select(HIDDEN, score, key + lane < end);

    let before = top;
    top = max(top, largest_of_lanes(score, lane));
    let fade = exp2(before - top);
    let weight = exp2(score - top);
    sum = sum * fade + weight;

    for (var span = 0u; span < value_spans; span++) {
      let e = columns(span, VALUE_SPAN, lane);
      var o = outputs[span] * fade;
      for (var i = 0u; i < u.lanes; i += VALUES) {
        let keys = min(vec4u(0u, 1u, 2u, 3u) + key + i, vec4u(u.m - 1u)) + first_row;
        o = plus_value(o, keys.x, e, subgroupShuffle(weight, i));
        if (VALUES > 1u) { o = plus_value(o, keys.y, e, subgroupShuffle(weight, i + 1u)); }
        if (VALUES > 2u) {
          o = plus_value(o, keys.z, e, subgroupShuffle(weight, i + 2u));
          o = plus_value(o, keys.w, e, subgroupShuffle(weight, i + 3u));
        }
      }
      outputs[span] = o;
    }
  }

  let total = total_of_lanes(vec4f(sum), lane).x;
  let to = (head * u.splits + split) * u.rows + row;
  for (var span = 0u; span < value_spans; span++) {
    let e = columns(span, VALUE_SPAN, lane);
    if (e.x < u.dv_quads) { store(to, e.x, outputs[span][0], top, total); }
    if (VALUE_SPAN > 1u && e.y < u.dv_quads) { store(to, e.y, outputs[span][1], top, total); }
    if (VALUE_SPAN > 2u && e.z < u.dv_quads) { store(to, e.z, outputs[span][2], top, total); }
    if (VALUE_SPAN > 2u && e.w < u.dv_quads) { store(to, e.w, outputs[span][3], top, total); }
  }
}
