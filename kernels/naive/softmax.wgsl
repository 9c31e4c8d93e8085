// Every row of scores becomes its softmax, in place. Eight threads a row: a row's quads are read 128 bytes at a time, and
// eight partial results are few enough for every thread to combine them itself.
@group(0) @binding(0) var<storage, read_write> scores: array<vec4f>; // [batch, heads, n, m / 4]
@group(0) @binding(1) var<uniform> u: Uniforms;

const LANES: u32 = 8u;
const ROWS: u32 = 8u;
var<workgroup> partial: array<vec4f, 64>; // [row][lane]

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let group = local - lane;
  let row = workgroup_index(workgroup, count) * ROWS + local / LANES;
  // A row past the end has no quads, so that its threads still meet the others at the barriers.
  let quads = select(0u, u.m_quads, row < u.rows);
  let start = row * u.m_quads;

  var top = vec4f(MASKED);
  for (var at = lane; at < quads; at += LANES) { top = max(top, scores[start + at]); }
  partial[local] = top;
  workgroupBarrier();
  for (var other = 0u; other < LANES; other++) { top = max(top, partial[group + other]); }
  let row_top = max(max(top.x, top.y), max(top.z, top.w));
  workgroupBarrier();

  var sum = vec4f();
  for (var at = lane; at < quads; at += LANES) { sum += weights(scores[start + at], row_top); }
  partial[local] = sum;
  workgroupBarrier();
  sum = vec4f();
  for (var other = 0u; other < LANES; other++) { sum += partial[group + other]; }
  let row_sum = sum.x + sum.y + sum.z + sum.w;
  // A row that sees no key sums to 0 and keeps weights of 0.
  let share = select(0.0, 1.0 / row_sum, row_sum > 0.0);

  for (var at = lane; at < quads; at += LANES) {
    scores[start + at] = weights(scores[start + at], row_top) * share;
  }
}

fn weights(s: vec4f, row_top: f32) -> vec4f {
  return select(vec4f(), exp(s - row_top), s > vec4f(0.5 * MASKED));
}
