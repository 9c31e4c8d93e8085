// Chunk states become sums over chunks, in place, with the key maximum and the epsilon of the definition in them:
// S[f] = sum_j (exp(w_f . k_j - |k_j|^2 / 2 - key_max) + eps) v_j, and behind its last quad the same sum without v_j.
// CAUSAL: slot c receives the sum over the chunks before c. Otherwise slot 0 receives the sum over all.
@group(0) @binding(0) var<storage, read> norms: array<vec2<f32>>;         // [batch * heads, chunks, features]: sum, peak
@group(0) @binding(1) var<storage, read> value_sums: array<vec4<f32>>;    // [batch * heads, chunks, dv / 4]
@group(0) @binding(2) var<storage, read> key_max: array<f32>;             // [batch * heads]
@group(0) @binding(3) var<storage, read_write> state: array<vec4<f32>>;   // [batch * heads, chunks, features, dv / 4 + 1]
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = workgroup_index(workgroup, count) * 64u + local;
  if (lane >= u.lanes) { return; }
  let width = u.dv_quads + 1u;
  let column = lane % width;
  let feature = (lane / width) % u.features;
  let head = lane / width / u.features;
  let highest = key_max[head];
  var sum = vec4<f32>();
  for (var chunk = 0u; chunk < u.chunks; chunk++) {
    let span = head * u.chunks + chunk;
    let norm = norms[span * u.features + feature];
    let factor = exp2(norm.y - highest);
    let at = (span * u.features + feature) * width + column;
    let before = sum;
    if (column == u.dv_quads) {
      let keys = min(u.m, (chunk + 1u) * u.chunk) - chunk * u.chunk;
      sum.x += norm.x * factor + f32(keys) * u.feature_eps;
    } else {
      sum += state[at] * factor + value_sums[span * u.dv_quads + column] * u.feature_eps;
    }
    if (CAUSAL) { state[at] = before; }
  }
  if (!CAUSAL) { state[(head * u.chunks * u.features + feature) * width + column] = sum; }
}
