// 64 lanes as 8 x 8. A workgroup computes ROWS x INNER weights, lane (r, c) those of rows 8 r .. 8 r + 7 and columns 4 c .. 4 c + 3,
// leaves them in workgroup memory, and multiplies them with INNER rows of values: lane (r, c) holds the sums of its 8 rows in
// SPAN quads of columns. Weights are powers of two of what the projections give, scaled by log2(e).
const ROWS = 64u;
const INNER = 32u;
const ROW_QUADS = 16u;
const LOG2_E = 1.4426950408889634;
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

fn max_of(a: vec4<f32>) -> f32 { return max(max(a.x, a.y), max(a.z, a.w)); }
fn sum_of(a: vec4<f32>) -> f32 { return dot(a, vec4<f32>(1.0)); }

// What lane (r, c) has to say about its rows, from slot `base` on: [8 lanes c][ROW_QUADS].
fn tell(base: u32, r: u32, c: u32, rows: Rows) {
  tile[base + c * ROW_QUADS + r * 2u] = rows.low;
  tile[base + c * ROW_QUADS + r * 2u + 1u] = rows.high;
}

fn max_told(base: u32, r: u32) -> Rows {
  var all = Rows(tile[base + r * 2u], tile[base + r * 2u + 1u]);
  for (var c = 1u; c < u.lanes_across; c++) {
    all.low = max(all.low, tile[base + c * ROW_QUADS + r * 2u]);
    all.high = max(all.high, tile[base + c * ROW_QUADS + r * 2u + 1u]);
  }
  return all;
}

fn sum_told(base: u32, r: u32) -> Rows {
  var all = Rows();
  for (var c = 0u; c < u.lanes_across; c++) {
    all.low += tile[base + c * ROW_QUADS + r * 2u];
    all.high += tile[base + c * ROW_QUADS + r * 2u + 1u];
  }
  return all;
}

// Weights of 8 rows (one vec4 a row, across columns) into the tile, transposed, from slot `base` on.
fn store_weights(base: u32, r: u32, c: u32, weights: array<vec4<f32>, 8>) {
  for (var j = 0u; j < 4u; j++) {
    let at = base + (c * 4u + j) * ROW_QUADS + r * 2u;
    tile[at] = vec4<f32>(weights[0][j], weights[1][j], weights[2][j], weights[3][j]);
    tile[at + 1u] = vec4<f32>(weights[4][j], weights[5][j], weights[6][j], weights[7][j]);
  }
}
