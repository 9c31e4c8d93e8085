// As tile.wgsl, but a workgroup walks over SPLIT keys only: for few rows and many keys.
@group(0) @binding(0) var<storage, read> q: array<quad>; // [unit, row, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>; // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>; // [batch, kvHeads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> partial_output: array<vec4<f32>>; // [unit, split, row, dv / 4]
@group(0) @binding(4) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [unit, split, row]
@group(0) @binding(5) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let unit = index / (u.row_tiles * u.splits);
  if (unit >= u.units) { return; }
  let split = index / u.row_tiles % u.splits;
  let first = index % u.row_tiles * ROWS;
  let rows = Queries(unit * u.unit_rows + first, 1u, min(ROWS, u.unit_rows - first));
  let end = min(visible_end(first, rows.count), (split + 1u) * u.split_keys);
  var state = start(rows, lane);
  attend_range(&state, rows, first, unit / u.group * u.m, split * u.split_keys, end, lane);
  finish(&state, Queries((unit * u.splits + split) * u.unit_rows + first, 1u, rows.count), lane);
}
