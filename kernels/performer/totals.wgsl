// Sums over the features, which the epsilon of the query's features multiplies: of the state and of its norms. CAUSAL: and of the
// features of each key of the chunk, which take the place of their exponents.
@group(0) @binding(0) var<storage, read_write> state: array<vec4f>;             // [batch * heads, chunks, rows, width]
@group(0) @binding(1) var<storage, read> norms: array<f32>;               // [batch * heads, chunks, features to a quad]
@group(0) @binding(2) var<storage, read> key_max: array<f32>;             // [batch * heads]
@group(0) @binding(3) var<storage, read_write> totals: array<vec4f>;      // [batch * heads, slots, width + 1]: last: norm
@group(0) @binding(4) var<uniform> u: Uniforms;

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
  let highest = key_max[head];
  var sum = vec4f();
  if (column == u.width) {
    let padded_features = (u.features + 3u) / 4u * 4u;
    for (var f = 0u; f < u.features; f++) { sum.x += norms[span * padded_features + f]; }
  } else {
    for (var f = 0u; f < u.features; f++) {
      let at = (span * u.rows + f) * u.width + column;
      var x = state[at];
      if (CAUSAL && column >= u.dv_quads) {
        x = exp2(x - highest) + u.feature_eps;
        state[at] = x;
      }
      sum += x;
    }
  }
  totals[lane] = sum;
}
