// Sums over the features, which the epsilon of the query's features multiplies, as one more row behind them: of the state and of its
// norms. CAUSAL: and of the features of each key of the chunk, which take the place of their exponents.
@group(0) @binding(0) var<storage, read> key_max: array<f32>;             // [batch * heads]
@group(0) @binding(1) var<storage, read_write> state: array<vec4f>;       // [batch * heads, chunks, rows, width]
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;         // [batch * heads, chunks, features + 1]
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = workgroup_index(workgroup, count) * 64u + local;
  if (lane >= u.lanes) { return; }
  let column = lane % (u.width + 1u);
  let slot = lane / (u.width + 1u) % u.slots;
  let head = lane / (u.width + 1u) / u.slots;
  let span = head * u.chunks + slot;
  if (column == u.width) {
    let first = span * (u.features + 1u);
    var sum = 0.0;
    for (var f = 0u; f < u.features; f++) { sum += norms[first + f]; }
    norms[first + u.features] = sum;
    return;
  }
  let highest = key_max[head];
  let first = span * u.rows * u.width + column;
  var sum = vec4f();
  for (var f = 0u; f < u.features; f++) {
    var x = state[first + f * u.width];
    if (CAUSAL && column >= u.dv_quads) {
      x = exp2(x - highest) + u.feature_eps;
      state[first + f * u.width] = x;
    }
    sum += x;
  }
  state[first + u.features * u.width] = sum;
}
