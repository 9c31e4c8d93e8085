// The same attention as attend.wgsl, with the same functions, by subgroup broadcast. A workgroup is one subgroup; a lane owns four queries, one a
// matrix row; a step takes 16 keys. Each lane loads whole quads of one key in LANES and the subgroup passes them round, so that a load
// serves every lane. A lane's queries and sums lie in workgroup memory because registers cannot be indexed; it alone reads them.
const ROWS: u32 = LANES * 4u;
const KEYS: u32 = 16u;
// Lanes that hold keys; more than one key each where there are fewer lanes than keys.
const WIDTH: u32 = min(LANES, KEYS);

// Of the lane's four rows.
struct Running { maximum: vec4<f32>, sum: vec4<f32> }

// Quads of the keys that this lane holds in a step: WIDTH * g + lane % WIDTH, for every g below KEYS / WIDTH.
alias Held = array<vec4f, 4>;
struct Step { a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f } // column: key, row: dimension

var<workgroup> slots: array<Slot, KEYS>;
var<workgroup> queries: array<mat4x4<real>, D_QUADS * LANES>; // [d / 4, lane], column: dimension, row: query
var<workgroup> sums: array<mat4x4<f32>, DV_QUADS * LANES>;    // [dv / 4, lane], the same, not yet divided

fn query(rows: Queries, index: u32, column: u32) -> real4 {
  let row = rows.first + rows.step * min(index, rows.count - 1u);
  return unpack_real(q[row * u.d_quads + column]);
}

fn start(rows: Queries, lane: u32) -> Running {
  for (var e = 0u; e < u.d_quads; e++) {
    var mine = mat4x4<real>(); // column: query
    for (var r = 0u; r < u.four; r++) {
      mine = mat4x4<real>(mine[1], mine[2], mine[3], query(rows, lane * 4u + r, e));
    }
    queries[e * LANES + lane] = transpose(mine);
  }
  return Running(vec4<f32>(FIRST_MAXIMUM), vec4<f32>());
}

fn spread(x: Held) -> Step {
  return Step(
    mat4x4f(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH)));
}

// Hides the scores of a key from the lane's rows outside its interval, which the lane `key % WIDTH` holds.
fn seen(score: vec4<f32>, rows_from: vec4<u32>, rows_to: vec4<u32>, key: u32, lane: u32) -> vec4<f32> {
  let rows = lane * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let first = subgroupShuffle(rows_from[key / WIDTH], key % WIDTH);
  let end = subgroupShuffle(rows_to[key / WIDTH], key % WIDTH);
  return select(vec4<f32>(HIDDEN), score, (rows >= vec4<u32>(first)) & (rows < vec4<u32>(end)));
}
fn masked(s: mat4x4<f32>, rows_from: vec4<u32>, rows_to: vec4<u32>, key: u32, lane: u32) -> mat4x4<f32> {
  return mat4x4<f32>(
    seen(s[0], rows_from, rows_to, key, lane),
    seen(s[1], rows_from, rows_to, key + 1u, lane),
    seen(s[2], rows_from, rows_to, key + 2u, lane),
    seen(s[3], rows_from, rows_to, key + 3u, lane));
}

fn largest(s: mat4x4<f32>) -> vec4<f32> { return max(max(s[0], s[1]), max(s[2], s[3])); }
fn total(s: mat4x4<f32>) -> vec4<f32> { return (s[0] + s[1]) + (s[2] + s[3]); }
fn scaled(s: mat4x4<f32>, rows: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(s[0] * rows, s[1] * rows, s[2] * rows, s[3] * rows);
}
fn weigh(s: mat4x4<f32>, maximum: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(exp2(s[0] - maximum), exp2(s[1] - maximum), exp2(s[2] - maximum), exp2(s[3] - maximum));
}

// Adds the first `used` slots to the running state of the tile's rows; `keys` is the first row of this head in k and v. Every lane
// of the workgroup calls it with the same rows, keys and used, after writing its share of ALL slots (unused ones: no_slot).
fn attend(state: ptr<function, Running>, rows: Queries, keys: u32, used: u32, lane: u32) {
  workgroupBarrier();
  // The lane's place in the subgroup, which need not be its place in the workgroup.
  let place = subgroupExclusiveAdd(1u) % WIDTH;
  let first = slots[place];
  let second = slots[(WIDTH + place) % KEYS];
  let third = slots[(2u * WIDTH + place) % KEYS];
  let fourth = slots[(3u * WIDTH + place) % KEYS];
  let held = keys + vec4<u32>(first.key, second.key, third.key, fourth.key);
  let rows_from = vec4<u32>(first.rows_from, second.rows_from, third.rows_from, fourth.rows_from);
  let rows_to = vec4<u32>(first.rows_to, second.rows_to, third.rows_to, fourth.rows_to);
  let full = all(rows_from == vec4<u32>()) && all(rows_to >= vec4<u32>(ROWS));

  var a = mat4x4<f32>(); // column: key, row: query
  var b = mat4x4<f32>();
  var c = mat4x4<f32>();
  var d = mat4x4<f32>();
  let from_keys = held * u.d_quads;
  for (var e = 0u; e < u.d_quads; e++) {
    var x = Held();
    x[0] = unpack(k[from_keys.x + e]);
    if (WIDTH < 16u) { x[1] = unpack(k[from_keys.y + e]); }
    if (WIDTH < 8u) {
      x[2] = unpack(k[from_keys.z + e]);
      x[3] = unpack(k[from_keys.w + e]);
    }
    let step_keys = spread(x);
    let mine = mat4x4f(queries[e * LANES + lane]);
    a += mine * step_keys.a;
    b += mine * step_keys.b;
    c += mine * step_keys.c;
    d += mine * step_keys.d;
  }
  a *= u.scale;
  b *= u.scale;
  c *= u.scale;
  d *= u.scale;
  // A step of keys that every row sees needs no mask.
  if (!subgroupAll(full)) {
    a = masked(a, rows_from, rows_to, 0u, lane);
    b = masked(b, rows_from, rows_to, 4u, lane);
    c = masked(c, rows_from, rows_to, 8u, lane);
    d = masked(d, rows_from, rows_to, 12u, lane);
  }

  let before = (*state).maximum;
  let maximum = max(before, max(max(largest(a), largest(b)), max(largest(c), largest(d))));
  let fade = exp2(before - maximum);
  a = weigh(a, maximum);
  b = weigh(b, maximum);
  c = weigh(c, maximum);
  d = weigh(d, maximum);
  (*state).maximum = maximum;
  (*state).sum = (*state).sum * fade + (total(a) + total(b) + total(c) + total(d));

  let from_values = held * u.dv_quads;
  for (var e = 0u; e < u.dv_quads; e++) {
    var x = Held();
    x[0] = unpack(v[from_values.x + e]);
    if (WIDTH < 16u) { x[1] = unpack(v[from_values.y + e]); }
    if (WIDTH < 8u) {
      x[2] = unpack(v[from_values.z + e]);
      x[3] = unpack(v[from_values.w + e]);
    }
    let step_values = spread(x);
    var o = scaled(sums[e * LANES + lane], fade);
    o += a * transpose(step_values.a);
    o += b * transpose(step_values.b);
    o += c * transpose(step_values.c);
    o += d * transpose(step_values.d);
    sums[e * LANES + lane] = o;
  }
  workgroupBarrier();
}

// Hands every row's output to store(), as finish() of attend.wgsl does.
fn finish(state: ptr<function, Running>, target_rows: Queries, lane: u32) {
  for (var e = 0u; e < u.dv_quads; e++) {
    var o = transpose(sums[e * LANES + lane]); // column: row
    var maximum = (*state).maximum;
    var sum = (*state).sum;
    for (var r = 0u; r < u.four; r++) {
      let row = lane * 4u + r;
      if (row < target_rows.count) { store(target_rows.first + target_rows.step * row, e, o[0], maximum.x, sum.x); }
      o = mat4x4<f32>(o[1], o[2], o[3], o[0]);
      maximum = maximum.yzwx;
      sum = sum.yzwx;
    }
  }
}
