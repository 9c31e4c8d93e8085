// The rows of the first and the last block, which see all keys: SPLIT keys a workgroup.
@group(0) @binding(0) var<storage, read> q: array<quad>;        // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;        // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;        // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read_write> partial_output: array<vec4<f32>>; // [batch, heads, splits, edge rows, dv / 4]
@group(0) @binding(4) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, edge rows]
@group(0) @binding(5) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let split = at / u.tiles % u.splits;
  let head = at / (u.tiles * u.splits);
  // Tiles of the first block, then of the last: among the edge rows, and in the sequence.
  let tile = at % u.tiles;
  var edge_row = tile * ROWS;
  var position = edge_row;
  var count = min(ROWS, u.first_rows - min(edge_row, u.first_rows));
  if (tile >= u.first_tiles) {
    edge_row = (tile - u.first_tiles) * ROWS + u.first_rows;
    position = edge_row + u.n - u.edge_rows;
    count = min(ROWS, u.edge_rows - edge_row);
  }
  let rows = Queries(head * u.n + position, 1u, count);
  let keys = head / u.group * u.n;

  let end = min(u.n, (split + 1u) * u.split);
  var state = start(rows, lane);
  for (var begin = split * u.split; begin < end; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      var filled = no_slot;
      if (begin + slot < end) { filled = Slot(begin + slot, 0u, ROWS); }
      slots[slot] = filled;
    }
    attend(&state, rows, keys, min(KEYS, end - begin), lane);
  }
  finish(&state, Queries((head * u.splits + split) * u.edge_rows + edge_row, 1u, count), lane);
}
