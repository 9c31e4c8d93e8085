// y = v: QUADS quads an invocation, STRIDE apart. Moves what every mechanism must move at least, and computes nothing.
@group(0) @binding(0) var<storage, read> v: array<quad>;         // [batch, kvHeads, n, dv / 4]
@group(0) @binding(1) var<storage, read_write> y: array<quad>;   // [batch, heads, n, dv / 4]
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let begin = workgroup_index(workgroup, count) * WORKGROUP * QUADS + local * select(1u, QUADS, STRIDE == 1u);
  for (var step = 0u; step < QUADS; step++) {
    let at = begin + step * STRIDE;
    if (at < u.quads) {
      var source = at;
      if (GROUPED) {
        // batch * heads + head, then the head's group: kvHeads divides heads, so the batch comes along.
        let head = at / u.quads_per_head;
        source = (head / u.group) * u.quads_per_head + at % u.quads_per_head;
      }
      y[at] = v[source];
    }
  }
}
