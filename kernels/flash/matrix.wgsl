// Flash attention on subgroup matrices: f16 in, f32 sums. A subgroup owns MATRIX_ROWS rows; queries and sums of its rows stay in matrix
// registers. A tile of keys, then of values, is staged in workgroup memory, where the products also meet the softmax. Rows are
// the queries of all heads that share keys, query by query, so that one tile serves the whole group.
@group(0) @binding(0) var<storage, read> q: array<quad>;       // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;       // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;       // [batch, kvHeads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [batch, heads, n, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

alias Left = subgroup_matrix_left<f16, MATRIX_DEPTH, MATRIX_ROWS>;
alias Right = subgroup_matrix_right<f16, MATRIX_COLUMNS, MATRIX_DEPTH>;
alias Sum = subgroup_matrix_result<f32, MATRIX_COLUMNS, MATRIX_ROWS>;

const ROWS: u32 = MATRIX_ROWS * SUBGROUPS;
const D_TILES: u32 = D_PADDED / MATRIX_DEPTH;
const DV_TILES: u32 = DV_PADDED / MATRIX_COLUMNS;
const KEY_COLUMNS: u32 = KEYS / MATRIX_COLUMNS;
// Eight more than the tile is wide, so that the rows of a matrix start in different memory banks.
const STRIDE: u32 = max(D_PADDED, DV_PADDED) + 8u;
const SCORE_STRIDE: u32 = KEYS + 4u;
const WEIGHT_STRIDE: u32 = KEYS + 8u;
// Rows are rescaled only when their maximum has grown by this much (a power of two): until then weights of up to 256 are exact
// enough in f16, and after a few tiles a maximum hardly grows any more.
const SLACK: f32 = 8.0;

var<workgroup> tile: array<f16, max(KEYS, ROWS) * STRIDE>;   // queries, then keys and values in turn: [row, dimension]
var<workgroup> scores: array<f32, ROWS * SCORE_STRIDE>;      // [row, key]; sums on their way through
var<workgroup> weights: array<f16, ROWS * WEIGHT_STRIDE>;    // [row, key]
var<workgroup> factors: array<f32, ROWS>;                    // what a row's sums are to be multiplied by
var<workgroup> rescale: u32;

fn stage(at: u32, x: vec4<f16>) {
  tile[at] = x.x;
  tile[at + 1u] = x.y;
  tile[at + 2u] = x.z;
  tile[at + 3u] = x.w;
}

// A row of this key head by its place in q or y, counted in rows.
fn row_address(kv_head: u32, row: u32) -> u32 {
  return (kv_head * u.group + row % u.group) * u.n + row / u.group;
}

@diagnostic(off, chromium.subgroup_matrix_uniformity)
@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_id) subgroup: u32,
) {
  let index = workgroup_index(workgroup, count);
  let kv_head = index / u.row_tiles;
  if (kv_head >= u.kv_heads) { return; }
  // Last rows first: under a causal mask they take longest.
  let first = (u.row_tiles - 1u - index % u.row_tiles) * ROWS;
  let rows = u.n * u.group;
  let end = visible_keys((min(first + ROWS, rows) - 1u) / u.group, u.m, u.lead, u.lag);
  let all_see = visible_keys(first / u.group, u.m, u.lead, u.lag);
  // Where subgroups are smaller than the largest there are more of them; those have no rows and only help with the staging.
  let owner = subgroup < SUBGROUPS;
  let matrix_row = subgroup * MATRIX_ROWS;

  // In the softmax LANES_PER_ROW threads share a row.
  let row = local / LANES_PER_ROW;
  let part = local % LANES_PER_ROW;
  let has_row = row < ROWS;
  let visible = visible_keys((first + row) / u.group, u.m, u.lead, u.lag);
  var top = MASKED;
  var sum = 0.0;

  for (var at = local; at < ROWS * D_PADDED / 4u; at += THREADS) {
    let from_row = first + at / (D_PADDED / 4u);
    let column = at % (D_PADDED / 4u);
    var x = vec4<f16>();
    if (from_row < rows && column < u.d_quads) {
      x = q[row_address(kv_head, from_row) * u.d_quads + column] * f16(QUERY_SCALE);
    }
    stage(at / (D_PADDED / 4u) * STRIDE + column * 4u, x);
  }
  workgroupBarrier();
  var mine: array<Left, D_TILES>;
  var sums: array<Sum, DV_TILES>;
  if (owner) {
    for (var e = 0u; e < D_TILES; e++) {
      mine[e] = subgroupMatrixLoad<Left, row_major>(&tile, matrix_row * STRIDE + e * MATRIX_DEPTH, STRIDE);
    }
  }
  workgroupBarrier();

  for (var start = 0u; start < end; start += KEYS) {
    for (var at = local; at < KEYS * D_PADDED / 4u; at += THREADS) {
      let key = start + at / (D_PADDED / 4u);
      let column = at % (D_PADDED / 4u);
      var x = vec4<f16>();
      if (key < u.m && column < u.d_quads) { x = k[(kv_head * u.m + key) * u.d_quads + column]; }
      stage(at / (D_PADDED / 4u) * STRIDE + column * 4u, x);
    }
    if (local == 0u) { rescale = 0u; }
    workgroupBarrier();

    if (owner) {
      for (var c = 0u; c < KEY_COLUMNS; c++) {
        var s = Sum();
        for (var e = 0u; e < D_TILES; e++) {
          let keys = subgroupMatrixLoad<Right, col_major>(&tile, c * MATRIX_COLUMNS * STRIDE + e * MATRIX_DEPTH, STRIDE);
          s = subgroupMatrixMultiplyAccumulate(mine[e], keys, s);
        }
        subgroupMatrixStore<row_major>(&scores, matrix_row * SCORE_STRIDE + c * MATRIX_COLUMNS, s, SCORE_STRIDE);
      }
    }
    workgroupBarrier();

    for (var at = local; at < KEYS * DV_PADDED / 4u; at += THREADS) {
      let key = start + at / (DV_PADDED / 4u);
      let column = at % (DV_PADDED / 4u);
      var x = vec4<f16>();
      if (key < u.m && column < u.dv_quads) { x = v[(kv_head * u.m + key) * u.dv_quads + column]; }
      stage(at / (DV_PADDED / 4u) * STRIDE + column * 4u, x);
    }
    if (has_row) {
      let from_score = row * SCORE_STRIDE;
      // Keys before this see-all bound need no mask; every thread of a row finds the row's maximum itself.
      let seen = select(min(KEYS, visible - min(visible, start)), KEYS, start + KEYS <= all_see);
      var largest = MASKED;
      for (var j = 0u; j < KEYS; j++) { largest = max(largest, select(MASKED, scores[from_score + j] * u.scale, j < seen)); }
      var factor = 1.0;
      if (largest > top + SLACK) {
        factor = exp2(top - largest);
        top = largest;
        rescale = 1u;
      }
      var added = 0.0;
      for (var j = part; j < KEYS; j += LANES_PER_ROW) {
        // Unlike the maximum these are hidden by a weight of zero: a row that has seen no key yet adds nothing.
        let w = f16(select(0.0, exp2(scores[from_score + j] * u.scale - top), j < seen));
        weights[row * WEIGHT_STRIDE + j] = w;
        added += f32(w);
      }
      sum = sum * factor + added;
      if (part == 0u) { factors[row] = factor; }
    }

    if (workgroupUniformLoad(&rescale) != 0u) {
      for (var c = 0u; c < DV_TILES; c++) {
        if (owner) {
          subgroupMatrixStore<row_major>(&scores, matrix_row * SCORE_STRIDE, sums[c], SCORE_STRIDE);
        }
        workgroupBarrier();
        for (var at = local; at < ROWS * MATRIX_COLUMNS; at += THREADS) {
          scores[at / MATRIX_COLUMNS * SCORE_STRIDE + at % MATRIX_COLUMNS] *= factors[at / MATRIX_COLUMNS];
        }
        workgroupBarrier();
        if (owner) {
          sums[c] = subgroupMatrixLoad<Sum, row_major>(&scores, matrix_row * SCORE_STRIDE, SCORE_STRIDE);
        }
      }
    }
    if (owner) {
      for (var j = 0u; j < KEYS; j += MATRIX_DEPTH) {
        let w = subgroupMatrixLoad<Left, row_major>(&weights, matrix_row * WEIGHT_STRIDE + j, WEIGHT_STRIDE);
        for (var c = 0u; c < DV_TILES; c++) {
          let values = subgroupMatrixLoad<Right, row_major>(&tile, j * STRIDE + c * MATRIX_COLUMNS, STRIDE);
          sums[c] = subgroupMatrixMultiplyAccumulate(w, values, sums[c]);
        }
      }
    }
    workgroupBarrier();
  }

  // The parts of a row's sum meet, then the sums leave tile by tile.
  if (has_row) { scores[row * SCORE_STRIDE + part] = sum; }
  workgroupBarrier();
  if (has_row && part == 0u) {
    var whole = 0.0;
    for (var other = 0u; other < LANES_PER_ROW; other++) { whole += scores[row * SCORE_STRIDE + other]; }
    factors[row] = select(1.0 / whole, 0.0, visible == 0u);
  }
  workgroupBarrier();
  for (var c = 0u; c < DV_TILES; c++) {
    if (owner) {
      subgroupMatrixStore<row_major>(&scores, matrix_row * SCORE_STRIDE, sums[c], SCORE_STRIDE);
    }
    workgroupBarrier();
    for (var at = local; at < ROWS * MATRIX_COLUMNS / 4u; at += THREADS) {
      let to_row = at / (MATRIX_COLUMNS / 4u);
      let column = at % (MATRIX_COLUMNS / 4u);
      let at_score = to_row * SCORE_STRIDE + column * 4u;
      let to_column = c * (MATRIX_COLUMNS / 4u) + column;
      if (first + to_row < rows && to_column < u.dv_quads) {
        let o = vec4f(scores[at_score], scores[at_score + 1u], scores[at_score + 2u], scores[at_score + 3u]) * factors[to_row];
        y[row_address(kv_head, first + to_row) * u.dv_quads + to_column] = pack(o);
      }
    }
    workgroupBarrier();
  }
}
