// The rows of a workgroup, one block or two of block-1.wgsl or block-4.wgsl, and the workgroup memory they pass through. Only the two
// products hold all rows in registers, with indices spelled out, because arrays that a variable indexes leave the registers;
// everything else takes a block at a time.
alias Rows = array<Block, BLOCKS>; // four numbers of every row: scores of four keys, or four dimensions
const ROWS: u32 = BLOCKS * BLOCK_ROWS;

// [d / 4 of the queries, then keys / 4 of the scores and their weights, then what an implementation needs beside][blocks]
const WEIGHTS: u32 = D_QUADS;
var<workgroup> kept: array<Block, KEPT * BLOCKS>;
var<workgroup> row_tops: array<Each, BLOCKS>;
var<workgroup> row_sums: array<Each, BLOCKS>;

fn rows_at(at: u32) -> Rows {
  var rows = Rows();
  rows[0] = kept[at * BLOCKS];
  if (BLOCKS > 1u) { rows[BLOCKS - 1u] = kept[at * BLOCKS + 1u]; }
  return rows;
}

fn keep_rows(at: u32, rows: Rows) {
  kept[at * BLOCKS] = rows[0];
  if (BLOCKS > 1u) { kept[at * BLOCKS + 1u] = rows[BLOCKS - 1u]; }
}

fn plus_product(sum: Rows, left: mat4x4f, right: Rows) -> Rows {
  var rows = sum;
  rows[0] += left * right[0];
  if (BLOCKS > 1u) { rows[BLOCKS - 1u] += left * right[BLOCKS - 1u]; }
  return rows;
}

// Four rows of k and v, the first one key `first_key`. Keys past the end read the last key; their weight is 0.
fn rows_of_keys(head: u32, first_key: u32) -> vec4u {
  return head * u.m + min(first_key + vec4u(0u, 1u, 2u, 3u), vec4u(u.m - 1u));
}
