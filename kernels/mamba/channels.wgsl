// The weights of the channels, four channels a quad, so that the scan reads them whole: row s < STATE is A times log2(e), then
// delta_bias, then D. Channels past d exist only in the padding: their weights are zero, and so stay their state and output.
@group(0) @binding(0) var<storage, read> A: array<f32>;                       // [heads * d, STATE]
@group(0) @binding(1) var<storage, read> delta_bias: array<f32>;              // [heads * d]
@group(0) @binding(2) var<storage, read> D: array<f32>;                       // [heads * d]
@group(0) @binding(3) var<storage, read_write> channels: array<vec4<f32>>;    // [STATE + 2, quads]
@group(0) @binding(4) var<uniform> u: Uniforms;

fn weight(row: u32, channel: u32) -> f32 {
  if (row < STATE) { return A[channel * STATE + row] * 1.4426950408889634; }
  if (row == STATE) {
    if (DELTA_BIAS) { return delta_bias[channel]; }
    return 0.0;
  }
  if (SKIP) { return D[channel]; }
  return 0.0;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (lane >= u.lanes) { return; }
  let quad = lane % u.quads;
  let column = (quad % u.d_quads) * 4u;
  var weights = vec4<f32>();
  for (var j = 0u; j < min(4u, u.d - column); j++) {
    weights[j] = weight(lane / u.quads, quad / u.d_quads * u.d + column + j);
  }
  channels[lane] = weights;
}
