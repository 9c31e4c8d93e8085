// Exact softmax attention of a tile of ROWS queries over any set of keys, KEYS keys a step, with an online softmax: the running
// maximum, sum and output of a row live in registers, and no score is ever stored. The shader that includes this declares
// q, k, v: array<quad>, says with `slots` (attend-slots.wgsl) which keys a step has, and calls attend(). Who sees whom is always an interval of the
// tile's rows, one interval a key. u.scale is log2(e) / sqrt(d). key_groups = KEY_GROUPS and four = 4 are uniforms
// because they bound loops that compilers must not unroll: the code would take seconds to compile.
//
// 32 lanes = ROW_GROUPS x KEY_GROUPS. A lane owns the scores of 8 rows x 4 keys, and the output of 8 rows x 2 quads.
const LANES: u32 = 32u;
const ROW_QUADS: u32 = ROWS / 4u;
const KEY_GROUPS: u32 = 8u * LANES / ROWS;
const KEYS: u32 = 4u * KEY_GROUPS;
const STRIDE: u32 = ROW_QUADS + KEY_GROUPS; // quads of one depth: queries, then keys
const COLUMNS: u32 = 2u * KEY_GROUPS;       // output quads of a row
const STAGE: u32 = max(STRIDE * DEPTH, COLUMNS * 4u);

// Of the lane's rows 0..3 (low) and 4..7 (high): maximum so far, the lane's share of the sum, unnormalised output by [half][quad].
struct Running {
  maximum_low: vec4<f32>, maximum_high: vec4<f32>,
  sum_low: vec4<f32>, sum_high: vec4<f32>,
  low_a: mat4x4<f32>, low_b: mat4x4<f32>, high_a: mat4x4<f32>, high_b: mat4x4<f32>,
}

var<workgroup> slots: array<Slot, KEYS>;
var<workgroup> stage: array<real4, STAGE>;             // [depth][row quads, key quads], then [key][COLUMNS]
var<workgroup> weights: array<real4, KEYS * ROW_QUADS>; // [key][row quads]
var<workgroup> shared_rows: array<vec4<f32>, 2u * LANES>; // [key group][row quads]

fn start(rows: Queries, lane: u32) -> Running {
  let none = vec4<f32>(FIRST_MAXIMUM);
  let zero = vec4<f32>(0.0);
  let empty = mat4x4<f32>(zero, zero, zero, zero);
  return Running(none, none, zero, zero, empty, empty, empty, empty);
}

// Column c is columns[c] * rows.
fn outer(columns: real4, rows: real4) -> mat4x4<f32> {
  let by = vec4<f32>(columns);
  let r = vec4<f32>(rows);
  return mat4x4<f32>(by.x * r, by.y * r, by.z * r, by.w * r);
}
fn scale_columns(m: mat4x4<f32>, by: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(m[0] * by.x, m[1] * by.y, m[2] * by.z, m[3] * by.w);
}
fn largest(m: mat4x4<f32>) -> vec4<f32> { return max(max(m[0], m[1]), max(m[2], m[3])); }

fn masked(score: vec4<f32>, slot: Slot, first_row: u32) -> vec4<f32> {
  let rows = first_row + vec4<u32>(0u, 1u, 2u, 3u);
  let visible = (rows >= vec4<u32>(slot.rows_from)) & (rows < vec4<u32>(slot.rows_to));
  return select(vec4<f32>(HIDDEN), score * u.scale, visible);
}
fn weigh(scores: mat4x4<f32>, maximum: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(
    exp2(scores[0] - maximum), exp2(scores[1] - maximum), exp2(scores[2] - maximum), exp2(scores[3] - maximum),
  );
}

// Row `index` of the tile's queries, then keys.
fn staged_quad(rows: Queries, keys: u32, index: u32, column: u32) -> real4 {
  if (index < ROWS) {
    let row = rows.first + rows.step * min(index, rows.count - 1u);
    return unpack_real(q[row * u.d_quads + column]);
  }
  return unpack_real(k[(keys + slots[index - ROWS].key) * u.d_quads + column]);
}

// Quads [begin, begin + count) of the tile's queries and keys, transposed: four rows a vector, one depth after the other.
fn stage_scores(rows: Queries, keys: u32, begin: u32, count: u32, lane: u32) {
  for (var unit = lane; unit < STRIDE * count; unit += LANES) {
    let index = unit % STRIDE * 4u;
    let column = begin + unit / STRIDE;
    var a = real4();
    var b = real4();
    var c = real4();
    var d = real4();
    for (var i = 0u; i < u.four; i++) {
      a = b;
      b = c;
      c = d;
      d = staged_quad(rows, keys, index + i, column);
    }
    let to = unit / STRIDE * 4u * STRIDE + unit % STRIDE;
    stage[to] = real4(a.x, b.x, c.x, d.x);
    stage[to + STRIDE] = real4(a.y, b.y, c.y, d.y);
    stage[to + 2u * STRIDE] = real4(a.z, b.z, c.z, d.z);
    stage[to + 3u * STRIDE] = real4(a.w, b.w, c.w, d.w);
  }
}

// Adds the first `used` slots to the running state of the tile's rows; `keys` is the first row of this head in k and v. Every lane
// of the workgroup calls it with the same rows, keys and used, after writing its share of ALL slots (unused ones: no_slot).
fn attend(state: ptr<function, Running>, rows: Queries, keys: u32, used: u32, lane: u32) {
  let row_group = lane / KEY_GROUPS;
  let key_group = lane % KEY_GROUPS;
  let row_quad = row_group * 2u;
  workgroupBarrier();

  var low = mat4x4<f32>();  // [key][rows 0..3]
  var high = mat4x4<f32>(); // [key][rows 4..7]
  for (var begin = 0u; begin < u.d_quads; begin += DEPTH / 4u) {
    let count = min(DEPTH / 4u, u.d_quads - begin);
    stage_scores(rows, keys, begin, count, lane);
    workgroupBarrier();
    for (var at = 0u; at < count * 4u * STRIDE; at += STRIDE) {
      let four_keys = stage[at + ROW_QUADS + key_group];
      low += outer(four_keys, stage[at + row_quad]);
      high += outer(four_keys, stage[at + row_quad + 1u]);
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < 4u; i++) {
    let slot = slots[key_group * 4u + i];
    low[i] = masked(low[i], slot, row_group * 8u);
    high[i] = masked(high[i], slot, row_group * 8u + 4u);
  }
  shared_rows[key_group * ROW_QUADS + row_quad] = largest(low);
  shared_rows[key_group * ROW_QUADS + row_quad + 1u] = largest(high);
  workgroupBarrier();
  var maximum_low = (*state).maximum_low;
  var maximum_high = (*state).maximum_high;
  for (var group = 0u; group * 4u < used; group++) {
    maximum_low = max(maximum_low, shared_rows[group * ROW_QUADS + row_quad]);
    maximum_high = max(maximum_high, shared_rows[group * ROW_QUADS + row_quad + 1u]);
  }
  low = weigh(low, maximum_low);
  high = weigh(high, maximum_high);
  for (var i = 0u; i < 4u; i++) {
    weights[(key_group * 4u + i) * ROW_QUADS + row_quad] = real4(low[i]);
    weights[(key_group * 4u + i) * ROW_QUADS + row_quad + 1u] = real4(high[i]);
  }

  let fade_low = exp2((*state).maximum_low - maximum_low);
  let fade_high = exp2((*state).maximum_high - maximum_high);
  (*state).maximum_low = maximum_low;
  (*state).maximum_high = maximum_high;
  (*state).sum_low = (*state).sum_low * fade_low + low[0] + low[1] + low[2] + low[3];
  (*state).sum_high = (*state).sum_high * fade_high + high[0] + high[1] + high[2] + high[3];
  var low_a = scale_columns((*state).low_a, fade_low);
  var low_b = scale_columns((*state).low_b, fade_low);
  var high_a = scale_columns((*state).high_a, fade_high);
  var high_b = scale_columns((*state).high_b, fade_high);
  for (var begin = 0u; begin < used; begin += STAGE / COLUMNS) {
    let count = min(STAGE / COLUMNS, used - begin);
    for (var unit = lane; unit < count * COLUMNS; unit += LANES) {
      let column = unit % COLUMNS;
      if (column < u.dv_quads) {
        stage[unit] = unpack_real(v[(keys + slots[begin + unit / COLUMNS].key) * u.dv_quads + column]);
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < count; i++) {
      let weights_low = weights[(begin + i) * ROW_QUADS + row_quad];
      let weights_high = weights[(begin + i) * ROW_QUADS + row_quad + 1u];
      let value_a = stage[i * COLUMNS + key_group];
      let value_b = stage[i * COLUMNS + KEY_GROUPS + key_group];
      low_a += outer(weights_low, value_a);
      low_b += outer(weights_low, value_b);
      high_a += outer(weights_high, value_a);
      high_b += outer(weights_high, value_b);
    }
    workgroupBarrier();
  }
  (*state).low_a = low_a;
  (*state).low_b = low_b;
  (*state).high_a = high_a;
  (*state).high_b = high_b;
}

// Hands every row's output, still to be divided by the sum, to store(), which a second chunk declares: attend-write.wgsl where the
// workgroup has seen all keys, attend-split.wgsl where it has seen some. Tile row r goes to row first + step * r of `target_rows`.
fn finish(state: ptr<function, Running>, target_rows: Queries, lane: u32) {
  let row_group = lane / KEY_GROUPS;
  let key_group = lane % KEY_GROUPS;
  shared_rows[key_group * ROW_QUADS + row_group * 2u] = (*state).sum_low;
  shared_rows[key_group * ROW_QUADS + row_group * 2u + 1u] = (*state).sum_high;
  workgroupBarrier();
  var sums = array<vec4<f32>, 2>();
  for (var group = 0u; group < u.key_groups; group++) {
    sums[0] += shared_rows[group * ROW_QUADS + row_group * 2u];
    sums[1] += shared_rows[group * ROW_QUADS + row_group * 2u + 1u];
  }
  var maxima = array<vec4<f32>, 2>((*state).maximum_low, (*state).maximum_high);
  var outputs = array<mat4x4<f32>, 4>((*state).low_a, (*state).low_b, (*state).high_a, (*state).high_b);
  let first = row_group * 8u;
  let end = min(first + 8u, max(first, target_rows.count));
  for (var row = first; row < end; row++) {
    let half = row / 4u % 2u;
    let to = target_rows.first + target_rows.step * row;
    for (var column = key_group; column < u.dv_quads; column += KEY_GROUPS) {
      let output = outputs[half * 2u + column / KEY_GROUPS][row % 4u];
      store(to, column, output, maxima[half][row % 4u], sums[half][row % 4u]);
    }
  }
}
