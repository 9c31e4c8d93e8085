@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>) {
  var value = x[workgroup.x];
  // Endless when the condition never holds. The store keeps the loop from being dropped.
  while (u.endless == 1u) { y[workgroup.x] = value; }
  y[workgroup.x] = value;
}
