// The one maximum of w . k over all positions and features of a head that the definition subtracts from every key's exponent.
@group(0) @binding(0) var<storage, read> stats: array<vec4f>;         // [batch * heads, per_head]: sum, peak, max w . k
@group(0) @binding(1) var<storage, read_write> key_max: array<f32>;   // [batch * heads]
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> told: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let head = workgroup_index(workgroup, count);
  if (head >= u.heads) { return; }
  var highest = -1e38;
  for (var i = local; i < u.per_head; i += 64u) { highest = max(highest, stats[head * u.per_head + i].z); }
  told[local] = highest;
  workgroupBarrier();
  if (local > 0u) { return; }
  for (var i = 1u; i < min(64u, u.per_head); i++) { highest = max(highest, told[i]); }
  key_max[head] = select(0.0, highest, STABILIZE);
}
