// A block of one row.
const BLOCK_ROWS: u32 = 1u;
alias Block = vec4f; // four numbers of the row
alias Each = f32;    // one number of the row

fn block_of_queries(row: u32, e: u32) -> Block { return query(row, e); }
fn block_masked(s: Block, row: u32, first_key: u32) -> Block {
  let keys = first_key + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(HIDDEN), s, keys < vec4u(seen_keys(row)));
}
fn block_top(s: Block) -> Each { return max(max(s.x, s.y), max(s.z, s.w)); }
fn block_weights(s: Block, top: Each) -> Block { return exp2(s - top); }
fn block_total(w: Block) -> Each { return (w.x + w.y) + (w.z + w.w); }
fn store_block(to: u32, count: u32, column: u32, o: Block, top: Each, sum: Each) {
  store(to, column, o, top, sum);
}
