// The splits of the global rows into y: one output quad a thread.
@group(0) @binding(0) var<storage, read> partial_output: array<vec4<f32>>; // [batch, heads, splits, globals, dv / 4]
@group(0) @binding(1) var<storage, read> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, globals]
@group(0) @binding(2) var<storage, read> positions: array<u32>;   // [globals]
@group(0) @binding(3) var<storage, read_write> y: array<quad>;    // [batch, heads, n, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, groups) * WORKGROUP + local;
  if (at >= u.quads) { return; }
  let column = at % u.dv_quads;
  let index = at / u.dv_quads % u.globals;
  let head = at / (u.dv_quads * u.globals);
  let row = head * u.n + positions[index];
  y[row * u.dv_quads + column] =
    pack(merged(head * u.splits * u.globals + index, u.globals, u.splits, column));
}
