@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> spent: array<u32>;
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
  let row = workgroup_index(workgroup, count);
  if (row >= u.rows) { return; }
  var state = row;
  for (var round = 0u; round < u.rounds; round++) { state = (state ^ (state >> 13u)) * 1664525u + round; }
  // Stored, so that no compiler drops the work.
  spent[row] = state;
  y[row] = f32(u.adds) * x[0];
}
