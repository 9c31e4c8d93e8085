// y[i] = mean of v[j] over the visible keys j. One thread a quad of the output.
@group(0) @binding(0) var<storage, read> v: array<quad>;         // [batch, kvHeads, m, row_quads]
@group(0) @binding(1) var<storage, read_write> y: array<quad>;   // [batch, heads, n, row_quads]
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (at >= u.total) { return; }
  let column = at % u.row_quads;
  let row = at / u.row_quads;
  let i = row % u.n;
  // batch * heads + head, then the head's group: kvHeads divides heads, so the batch comes along.
  let head = row / u.n / u.group;

  var keys = u.m;
  if (CAUSAL) { keys = min(i + 1u, u.m); }
  var sum = vec4<f32>();
  for (var j = 0u; j < keys; j++) {
    sum += unpack(v[(head * u.m + j) * u.row_quads + column]);
  }
  y[at] = pack(sum / f32(keys));
}
