// y = v: one quad a thread. Moves what every mechanism must move at least, and computes nothing.
@group(0) @binding(0) var<storage, read> v: array<quad>;         // [batch, kvHeads, n, dv / 4]
@group(0) @binding(1) var<storage, read_write> y: array<quad>;   // [batch, heads, n, dv / 4]
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (at >= u.quads) { return; }
  // batch * heads + head, then the head's group: kvHeads divides heads, so the batch comes along.
  let head = at / u.quads_per_head;
  y[at] = v[(head / u.group) * u.quads_per_head + at % u.quads_per_head];
}
