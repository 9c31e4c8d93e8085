// From what each chunk adds to what each chunk starts with, in place, and the state after the last chunk. A lane is one state
// component of one channel.
@group(0) @binding(0) var<storage, read> channels: array<f32>;           // [STATE + 2, slots]; slots = quads * 4
@group(0) @binding(1) var<storage, read> chunk_time: array<f32>;         // [batch, chunks, slots]
@group(0) @binding(2) var<storage, read_write> chunk_state: array<f32>;  // [batch, chunks, STATE, slots]
@group(0) @binding(3) var<storage, read_write> last_state: array<f32>;   // [batch, heads * d, STATE]
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (lane >= u.lanes) { return; }
  let slots = u.quads * 4u;
  let slot = lane % slots;
  let s = (lane / slots) % STATE;
  let batch = lane / slots / STATE;
  let decay = channels[s * slots + slot];
  var h = 0.0;
  for (var chunk = 0u; chunk < u.chunks; chunk++) {
    let span = batch * u.chunks + chunk;
    let at = (span * STATE + s) * slots + slot;
    let added = chunk_state[at];
    chunk_state[at] = h;
    // The first chunk starts from nothing, and its time may not have been written.
    if (chunk > 0u) { h *= exp2(chunk_time[span * slots + slot] * decay); }
    h += added;
  }
  let column = slot % (u.d_quads * 4u);
  if (KEEP_STATE && column < u.d) {
    let channel = (batch * u.heads + slot / (u.d_quads * 4u)) * u.d + column;
    last_state[channel * STATE + s] = h;
  }
}
