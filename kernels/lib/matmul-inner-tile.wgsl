// Inner products of the tile's rows with columns, both stored along their depth, for matmul-tile.wgsl. Two quads of the depth of all
// rows and columns lie in workgroup memory at a time.
const INNER_DEPTH: u32 = 2u;
const INNER_ROWS: u32 = ROW_GROUPS * 4u;
// One quad of padding after 16 columns keeps the four column groups on different banks.
const INNER_STRIDE: u32 = INNER_ROWS + STEP + COLUMN_GROUPS;

var<workgroup> staged: array<real4, INNER_DEPTH * INNER_STRIDE>; // [quad of the depth][rows, columns]

// Rows are read again in every step: there is nothing to hold.
fn hold_rows(me: Lane, depth_quads: u32) {}

fn four_columns(at: u32) -> mat4x4f {
  return mat4x4f(vec4f(staged[at]), vec4f(staged[at + 1u]), vec4f(staged[at + 2u]), vec4f(staged[at + 3u]));
}

// The products with the STEP columns from `start` on. left(row, e) is quad e of the depth of row `row` of the tile, right(column, e)
// that of a column. Every lane calls it.
fn inner_products(me: Lane, start: u32, depth_quads: u32) -> Block {
  let row = own_row(me);
  let column = INNER_ROWS + own_column(me) / 16u * 17u;
  var s = Block();
  for (var begin = 0u; begin < depth_quads; begin += INNER_DEPTH) {
    let count = min(INNER_DEPTH, depth_quads - begin);
    for (var i = me.local; i < count * (INNER_ROWS + STEP); i += LANES) {
      let vector = i % (INNER_ROWS + STEP);
      let e = i / (INNER_ROWS + STEP);
      if (vector < INNER_ROWS) {
        staged[e * INNER_STRIDE + vector] = left(vector, begin + e);
      } else {
        staged[e * INNER_STRIDE + vector + (vector - INNER_ROWS) / 16u] = right(start + vector - INNER_ROWS, begin + e);
      }
    }
    workgroupBarrier();
    for (var e = 0u; e < count; e++) {
      let at = e * INNER_STRIDE;
      let rows = transpose(four_columns(at + row));
      s.a += rows * four_columns(at + column);
      s.b += rows * four_columns(at + column + 4u);
      s.c += rows * four_columns(at + column + 8u);
      s.d += rows * four_columns(at + column + 12u);
    }
    workgroupBarrier();
  }
  return s;
}
