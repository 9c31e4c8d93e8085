// Chunk states become sums over chunks, in place, with the key maximum and the epsilon of the definition in them:
// S[f] = sum_j (exp(w_f . k_j - |k_j|^2 / 2 - key_max) + eps) v_j, and in `norms` the same sum without v_j.
// CAUSAL: slot c receives the sum over the chunks before c. Otherwise slot 0 receives the sum over all.
@group(0) @binding(0) var<storage, read> stats: array<vec4f>;             // [batch * heads, chunks, features]: sum, peak, max w . k
@group(0) @binding(1) var<storage, read> value_sums: array<vec4f>;        // [batch * heads, chunks, dv / 4]
@group(0) @binding(2) var<storage, read> key_max: array<f32>;             // [batch * heads]
@group(0) @binding(3) var<storage, read_write> state: array<vec4f>;       // [batch * heads, chunks, rows, width]
@group(0) @binding(4) var<storage, read_write> norms: array<f32>;         // [batch * heads, chunks, features + 1]
@group(0) @binding(5) var<uniform> u: Uniforms;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = workgroup_index(workgroup, count) * 64u + local;
  if (lane >= u.lanes) { return; }
  let columns = u.dv_quads + 1u;
  let column = lane % columns;
  let feature = (lane / columns) % u.features;
  let head = lane / columns / u.features;
  let highest = key_max[head];
  var sum = vec4f();
  for (var chunk = 0u; chunk < u.chunks; chunk++) {
    let span = head * u.chunks + chunk;
    let stat = stats[span * u.features + feature];
    let factor = exp2(stat.y - highest);
    let before = sum;
    if (column == u.dv_quads) {
      let keys = min(u.m, (chunk + 1u) * u.chunk) - chunk * u.chunk;
      sum.x += stat.x * factor + f32(keys) * u.feature_eps;
      if (CAUSAL) { norms[span * (u.features + 1u) + feature] = before.x; }
    } else {
      let at = (span * u.rows + feature) * u.width + column;
      sum += state[at] * factor + value_sums[span * u.dv_quads + column] * u.feature_eps;
      if (CAUSAL) { state[at] = before; }
    }
  }
  if (CAUSAL) { return; }
  let first = head * u.chunks;
  if (column == u.dv_quads) {
    norms[first * (u.features + 1u) + feature] = sum.x;
  } else {
    state[(first * u.rows + feature) * u.width + column] = sum;
  }
}
