// The splits of the edge rows into y: one output quad a thread.
@group(0) @binding(0) var<storage, read> partial_output: array<vec4<f32>>; // [batch, heads, splits, edge rows, dv / 4]
@group(0) @binding(1) var<storage, read> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, edge rows]
@group(0) @binding(2) var<storage, read_write> y: array<quad>;  // [batch, heads, n, dv / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = workgroup_index(workgroup, groups) * WORKGROUP + local;
  if (at >= u.quads) { return; }
  let column = at % u.dv_quads;
  let edge_row = at / u.dv_quads % u.edge_rows;
  let head = at / (u.dv_quads * u.edge_rows);
  var row = head * u.n + edge_row;
  if (edge_row >= u.first_rows) { row += u.n - u.edge_rows; }
  y[row * u.dv_quads + column] =
    pack(merged(head * u.splits * u.edge_rows + edge_row, u.edge_rows, u.splits, column));
}
