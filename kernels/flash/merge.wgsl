// The splits into y: one output quad a thread.
@group(0) @binding(0) var<storage, read> partial_output: array<vec4<f32>>; // [unit, split, row, dv / 4]
@group(0) @binding(1) var<storage, read> partial_stats: array<vec2<f32>>;  // [unit, split, row]
@group(0) @binding(2) var<storage, read_write> y: array<quad>;             // [unit, row, dv / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (at >= u.quads) { return; }
  let row = at / u.dv_quads;
  let unit = row / u.unit_rows;
  let first = unit * u.splits * u.unit_rows + row % u.unit_rows;
  y[at] = pack(merged(first, u.unit_rows, u.splits, at % u.dv_quads));
}
