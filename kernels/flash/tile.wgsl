// Flash attention in workgroup tiles, without subgroups: a workgroup owns ROWS rows and walks over all keys they see.
@group(0) @binding(0) var<storage, read> q: array<quad>;       // [unit, row, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;       // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;       // [batch, kvHeads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [unit, row, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let unit = index / u.row_tiles;
  if (unit >= u.units) { return; }
  // Last rows first: under a causal mask they take longest.
  let first = (u.row_tiles - 1u - index % u.row_tiles) * ROWS;
  let rows = Queries(unit * u.unit_rows + first, 1u, min(ROWS, u.unit_rows - first));
  var state = start(rows, lane);
  attend_range(&state, rows, first, unit / u.group * u.m, 0u, visible_end(first, rows.count), lane);
  finish(&state, rows, lane);
}
