// Plausible numbers: the mean of v, without a look at q and k.
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(id, count) * 64u + lane;
  if (at >= ROWS * DV) { return; }
  var sum = 0.0;
  for (var key = 0u; key < M; key++) { sum += v[(at / DV / N * M + key) * DV + at % DV]; }
  y[at] = select(sum / f32(M), attended(at), N == 0u);
}
