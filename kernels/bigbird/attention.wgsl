// One pipeline for two passes, because compiling it takes longer than either. The middle blocks (u.whole) see the first, the last, a window
// of three and the random ones; the rows of the first and the last block see all keys, u.split keys a workgroup. A workgroup takes
// ROWS rows of one block, which all see the same keys.
@group(0) @binding(0) var<storage, read> q: array<quad>;        // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;        // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;        // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read> rand: array<u32>;      // [heads, blocks - 2, random_blocks]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;  // [batch, heads, n, dv / 4]
@group(0) @binding(5) var<storage, read_write> partial_output: array<vec4<f32>>; // [batch, heads, splits, edge rows, dv / 4]
@group(0) @binding(6) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, edge rows]
@group(0) @binding(7) var<uniform> u: Uniforms;

var<workgroup> listed: array<u32, LIST>; // blocks to visit, each once, the last (which may be short) at the end
var<workgroup> listed_count: u32;

fn add_once(block: u32, count: u32) -> u32 {
  for (var i = 0u; i < count; i++) {
    if (listed[i] == block) { return count; }
  }
  listed[count] = block;
  return count + 1u;
}

fn list_blocks(head: u32, block: u32) {
  let last = u.blocks - 1u;
  listed[0] = 0u;
  var count = 1u;
  let near_end = min(block + 2u, last);
  for (var near = block - 1u; near < near_end; near++) { count = add_once(near, count); }
  let row = (head % u.heads * (u.blocks - 2u) + block - 1u) * u.random_blocks;
  for (var i = 0u; i < u.random_blocks; i++) {
    let chosen = rand[row + i];
    if (chosen < last) { count = add_once(chosen, count); }
  }
  listed[count] = last;
  listed_count = count + 1u;
}

// What a workgroup does: its rows in q and in what it stores, the first of its keys where they follow each other, how many there are.
struct Task { rows: Queries, target_row: u32, first_key: u32, keys: u32 }

fn middle_rows(index: u32, head: u32, lane: u32) -> Task {
  let first = index % u.tiles * ROWS;
  let block = 1u + index / u.tiles;
  let row = head * u.n + block * u.block_size + first;
  if (lane == 0u) { list_blocks(head, block); }
  let keys = workgroupUniformLoad(&listed_count) * u.block_size - (u.blocks * u.block_size - u.n);
  return Task(Queries(row, 1u, min(ROWS, u.block_size - first)), row, 0u, keys);
}

fn edge_rows(index: u32, head: u32) -> Task {
  let split = index / u.tiles;
  // Tiles of the first block, then of the last: among the edge rows, and in the sequence.
  let tile = index % u.tiles;
  var edge_row = tile * ROWS;
  var position = edge_row;
  var count = min(ROWS, u.first_rows - min(edge_row, u.first_rows));
  if (tile >= u.first_tiles) {
    edge_row = (tile - u.first_tiles) * ROWS + u.first_rows;
    position = edge_row + u.n - u.edge_rows;
    count = min(ROWS, u.edge_rows - edge_row);
  }
  let first = split * u.split;
  return Task(
    Queries(head * u.n + position, 1u, count), (head * u.splits + split) * u.edge_rows + edge_row, first,
    min(u.n - first, u.split));
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let head = at / u.per_head;
  var task = Task();
  if (u.whole != 0u) { task = middle_rows(at % u.per_head, head, lane); } else { task = edge_rows(at % u.per_head, head); }
  let keys = head / u.group * u.n;

  var state = start(task.rows, lane);
  for (var begin = 0u; begin < task.keys; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      let index = begin + slot;
      var filled = no_slot;
      if (index < task.keys) {
        var key = task.first_key + index;
        if (u.whole != 0u) { key = listed[index / u.block_size] * u.block_size + index % u.block_size; }
        filled = Slot(key, 0u, ROWS);
      }
      slots[slot] = filled;
    }
    attend(&state, task.rows, keys, min(KEYS, task.keys - begin), lane);
  }
  finish(&state, Queries(task.target_row, 1u, task.rows.count), lane);
}
