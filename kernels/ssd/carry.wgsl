// From what each chunk adds to what each chunk starts with, in place, and the state after the last chunk. A lane is a quad of columns
// of one state component.
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(1) var<storage, read_write> chunk_state: array<vec4f>; // [batch, heads, chunks, state, d / 4]
@group(0) @binding(2) var<storage, read_write> final_state: array<f32>;   // [batch, heads, d, state]
@group(0) @binding(3) var<uniform> u: Uniforms;

const QUADS: u32 = CHUNK / 4u;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (index >= u.lanes) { return; }
  let width = u.state_quads * 4u * u.d_quads;
  let head = index / width;
  let slot = index % width;
  var h = vec4f();
  for (var chunk = 0u; chunk < u.chunks; chunk++) {
    let span = head * u.chunks + chunk;
    let added = chunk_state[span * width + slot];
    chunk_state[span * width + slot] = h;
    // A chunk's last token knows how much of the state at its start is left.
    h = h * weights[(span + 1u) * (CHUNK + 2u) * QUADS - 1u].w + added;
  }
  let s = slot / u.d_quads;
  let column = slot % u.d_quads * 4u;
  if (KEEP_STATE && s < u.state) {
    for (var j = 0u; j < min(4u, u.d - column); j++) {
      final_state[(head * u.d + column + j) * u.state + s] = h[j];
    }
  }
}
