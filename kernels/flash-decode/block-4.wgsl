// A block of four rows, one in each column.
const BLOCK_ROWS: u32 = 4u;
alias Block = mat4x4f; // four numbers of every row
alias Each = vec4f;    // one number of every row

fn block_of_queries(row: u32, e: u32) -> Block {
  return mat4x4f(query(row, e), query(row + 1u, e), query(row + 2u, e), query(row + 3u, e));
}
fn block_masked(s: Block, row: u32, first_key: u32) -> Block {
  let keys = first_key + vec4u(0u, 1u, 2u, 3u);
  let hidden = vec4f(HIDDEN);
  return mat4x4f(
    select(hidden, s[0], keys < vec4u(seen_keys(row))),
    select(hidden, s[1], keys < vec4u(seen_keys(row + 1u))),
    select(hidden, s[2], keys < vec4u(seen_keys(row + 2u))),
    select(hidden, s[3], keys < vec4u(seen_keys(row + 3u))));
}
fn block_top(s: Block) -> Each {
  let keys = transpose(s);
  return max(max(keys[0], keys[1]), max(keys[2], keys[3]));
}
fn block_weights(s: Block, top: Each) -> Block {
  return mat4x4f(exp2(s[0] - top.x), exp2(s[1] - top.y), exp2(s[2] - top.z), exp2(s[3] - top.w));
}
fn block_total(w: Block) -> Each {
  let keys = transpose(w);
  return (keys[0] + keys[1]) + (keys[2] + keys[3]);
}
// Only the first `count` rows exist.
fn store_block(to: u32, count: u32, column: u32, o: Block, top: Each, sum: Each) {
  store(to, column, o[0], top.x, sum.x);
  if (count > 1u) { store(to + 1u, column, o[1], top.y, sum.y); }
  if (count > 2u) { store(to + 2u, column, o[2], top.z, sum.z); }
  if (count > 3u) { store(to + 3u, column, o[3], top.w, sum.w); }
}
