// The middle blocks: first, last, a window of three and the random ones. A workgroup takes ROWS rows of one block, which all see
// the same keys.
@group(0) @binding(0) var<storage, read> q: array<quad>;        // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;        // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;        // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read> rand: array<u32>;      // [heads, blocks - 2, random_blocks]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;  // [batch, heads, n, dv / 4]
@group(0) @binding(5) var<uniform> u: Uniforms;

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

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let first = at % u.tiles * ROWS;
  let block = 1u + at / u.tiles % (u.blocks - 2u);
  let head = at / (u.tiles * (u.blocks - 2u));
  let rows = Queries(head * u.n + block * u.block_size + first, 1u, min(ROWS, u.block_size - first));
  let keys = head / u.group * u.n;

  if (lane == 0u) { list_blocks(head, block); }
  let total = workgroupUniformLoad(&listed_count) * u.block_size - (u.blocks * u.block_size - u.n);
  var state = start(rows, lane);
  for (var begin = 0u; begin < total; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      let index = begin + slot;
      var filled = no_slot;
      if (index < total) {
        filled = Slot(listed[index / u.block_size] * u.block_size + index % u.block_size, 0u, ROWS);
      }
      slots[slot] = filled;
    }
    attend(&state, rows, keys, min(KEYS, total - begin), lane);
  }
  finish(&state, rows, lane);
}
