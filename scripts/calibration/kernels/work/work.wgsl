// y = v, after STEPS rounds of a multiply-add that changes nothing: `one` and `zero` come from outside, so that no compiler leaves them out.
@group(0) @binding(0) var<storage, read> v: array<vec4<f32>>;         // [batch, kvHeads, n, dv / 4]
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;   // [batch, heads, n, dv / 4]
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (at >= u.quads) { return; }
  // Read once: a load in the loop would take longer than the work.
  let one = vec4<f32>(u.one);
  let zero = vec4<f32>(u.zero);
  var value = v[at];
  for (var step = 0u; step < STEPS; step++) { value = fma(value, one, zero); }
  y[at] = value;
}
