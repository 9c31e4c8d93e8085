// 64 lanes as 8 x 8. A workgroup computes ROWS x INNER weights, lane (r, c) those of rows 8 r .. 8 r + 7 and columns 4 c .. 4 c + 3,
// leaves them in workgroup memory, and multiplies them with INNER rows of values: lane (r, c) holds the sums of its 8 rows in
// SPAN quads of columns. Weights are powers of two of what the projections give, scaled by log2(e).
//
// Loops that hold loads, stores or exponentials and need not be unrolled end at a uniform (u.rows_each = 8, u.columns_each = 4, u.blocks,
// four rows a block): drivers unroll short constant loops, and a load or store costs far more to compile than to run.
const ROWS = 64u;
const INNER = 32u;
const ROW_QUADS = 16u;
/// Below every exponent, and far enough from the largest float to subtract from.
const LOWEST = -1e38;

// [INNER][ROW_QUADS] weights; behind them, or in their place, what lanes tell each other.
var<workgroup> tile: array<vec4<f32>, TILE_QUADS>;

struct Rows {
  low: vec4<f32>,
  high: vec4<f32>,
}

fn exp2_rows(a: Rows) -> Rows { return Rows(exp2(a.low), exp2(a.high)); }
fn minus_rows(a: Rows, b: Rows) -> Rows { return Rows(a.low - b.low, a.high - b.high); }
fn times_rows(a: Rows, b: Rows) -> Rows { return Rows(a.low * b.low, a.high * b.high); }
fn row_of(a: Rows, i: u32) -> f32 { return select(a.high[i % 4u], a.low[i % 4u], i < 4u); }

fn max_rows(a: Rows, b: Rows) -> Rows { return Rows(max(a.low, b.low), max(a.high, b.high)); }
fn plus_rows(a: Rows, b: Rows) -> Rows { return Rows(a.low + b.low, a.high + b.high); }
fn all_rows(x: f32) -> Rows { return Rows(vec4<f32>(x), vec4<f32>(x)); }

// Column j of a lane's 8 x 4 products.
fn column_of(products: array<vec4<f32>, 8>, j: u32) -> Rows {
  return Rows(
    vec4<f32>(products[0][j], products[1][j], products[2][j], products[3][j]),
    vec4<f32>(products[4][j], products[5][j], products[6][j], products[7][j]),
  );
}

// What lane (r, c) has to say about its rows, from slot `base` on: [8 lanes c][ROW_QUADS].
fn tell(base: u32, r: u32, c: u32, rows: Rows) { store_column(base, r, c, rows); }

fn told_by(base: u32, r: u32, c: u32) -> Rows {
  return Rows(tile[base + c * ROW_QUADS + r * 2u], tile[base + c * ROW_QUADS + r * 2u + 1u]);
}

fn max_told(base: u32, r: u32) -> Rows {
  var all = all_rows(LOWEST);
  for (var c = 0u; c < u.rows_each; c++) { all = max_rows(all, told_by(base, r, c)); }
  return all;
}

fn sum_told(base: u32, r: u32) -> Rows {
  var all = Rows();
  for (var c = 0u; c < u.rows_each; c++) { all = plus_rows(all, told_by(base, r, c)); }
  return all;
}

// The weights of a lane's rows in column `column` of the tile.
fn store_column(base: u32, r: u32, column: u32, weights: Rows) {
  tile[base + column * ROW_QUADS + r * 2u] = weights.low;
  tile[base + column * ROW_QUADS + r * 2u + 1u] = weights.high;
}

// The sums of row i, quad s, for an i that is known only when it runs: the sums can then stay in registers.
fn pick(sums: array<vec4<f32>, 8u * SPAN>, i: u32, s: u32) -> vec4<f32> {
  var picked = sums[s];
  for (var row = 1u; row < 8u; row++) { picked = select(picked, sums[row * SPAN + s], row == i); }
  return picked;
}
