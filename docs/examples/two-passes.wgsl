// A file as it may come from elsewhere: its own uniform struct, its own override, two entry points. two-passes.json says the rest.
struct Sizes { rows: u32, n: u32, m: u32, d: u32, dv: u32, group: u32, scale: f32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> q: array<f32>; // [batch, heads, n, d]
@group(0) @binding(2) var<storage, read> k: array<f32>; // [batch, heads / group, m, d]
@group(0) @binding(3) var<storage, read> v: array<f32>; // [batch, heads / group, m, dv]
@group(0) @binding(4) var<storage, read_write> weights: array<f32>; // [batch * heads, n, m]
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [batch, heads, n, dv]

override THREADS: u32 = 32;
var<workgroup> partial: array<f32, THREADS>;

fn sum_of(own: f32, lane: u32) -> f32 {
  partial[lane] = own;
  workgroupBarrier();
  var sum = 0.0;
  for (var at = 0u; at < THREADS; at++) {
    sum += partial[at];
  }
  workgroupBarrier();
  return sum;
}

fn largest_of(own: f32, lane: u32) -> f32 {
  partial[lane] = own;
  workgroupBarrier();
  var largest = own;
  for (var at = 0u; at < THREADS; at++) {
    largest = max(largest, partial[at]);
  }
  workgroupBarrier();
  return largest;
}

@compute @workgroup_size(THREADS)
fn weigh(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = workgroup_index(id, count);
  if (row >= sizes.rows) {
    return;
  }
  let from_keys = row / sizes.n / sizes.group * sizes.m;
  var top = -3e38;
  for (var j = lane; j < sizes.m; j += THREADS) {
    var score = 0.0;
    for (var c = 0u; c < sizes.d; c++) {
      score += q[row * sizes.d + c] * k[(from_keys + j) * sizes.d + c];
    }
    weights[row * sizes.m + j] = score * sizes.scale;
    top = max(top, score * sizes.scale);
  }
  top = largest_of(top, lane);
  var own = 0.0;
  for (var j = lane; j < sizes.m; j += THREADS) {
    let weight = exp(weights[row * sizes.m + j] - top);
    weights[row * sizes.m + j] = weight;
    own += weight;
  }
  let total = sum_of(own, lane);
  for (var j = lane; j < sizes.m; j += THREADS) {
    weights[row * sizes.m + j] /= total;
  }
}

@compute @workgroup_size(THREADS)
fn mix(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = workgroup_index(id, count);
  if (row >= sizes.rows) {
    return;
  }
  let from_values = row / sizes.n / sizes.group * sizes.m;
  for (var c = lane; c < sizes.dv; c += THREADS) {
    var sum = 0.0;
    for (var j = 0u; j < sizes.m; j++) {
      sum += weights[row * sizes.m + j] * v[(from_values + j) * sizes.dv + c];
    }
    y[row * sizes.dv + c] = sum;
  }
}
