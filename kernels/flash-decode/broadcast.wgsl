// One split of the keys by one subgroup: all scores, their exponentials, all values. A lane owns four keys in every STEP for the scores,
// and a quad of dimensions in every LANES for the values, so that it loads no element that another lane loads. Queries and
// weights, which all lanes need, go round by shuffles; with one row the lanes that share a key each take their part of the query.
@group(0) @binding(0) var<storage, read> q: array<quad>; // [batch, kvHeads, rows, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>; // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>; // [batch, kvHeads, m, dv / 4]

const STEP: u32 = LANES * 4u;
const SHARE: u32 = 4u; // lanes that share a key where there is one row

fn of_lane(rows: Rows, lane: u32) -> Rows {
  var other = rows;
  other[0] = block_of_lane(rows[0], lane);
  if (BLOCKS > 1u) { other[BLOCKS - 1u] = block_of_lane(rows[BLOCKS - 1u], lane); }
  return other;
}

// LANES is the smallest subgroup the adapter makes, so that all lanes of the workgroup are in one subgroup.
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let row_in_head = index % u.row_tiles * ROWS;
  let split = index / u.row_tiles % u.splits;
  let head = index / (u.row_tiles * u.splits);
  if (head >= u.heads) { return; }
  let first = split * u.split;
  let end = max(first, min(first + u.split, visible_keys(u.n - 1u, u.m, u.lead, u.lag)));
  let steps = (end - first + STEP - 1u) / STEP;

  // Past the last quad of a query there are zeros, to make a whole number for the lanes that share a key.
  for (var e = lane; e < D_QUADS; e += LANES) {
    for (var block = 0u; block < u.blocks; block++) {
      var queries = Block();
      if (e < u.d_quads) { queries = block_of_queries(head * u.rows + row_in_head + block * BLOCK_ROWS, e); }
      kept[e * BLOCKS + block] = queries;
    }
  }
  workgroupBarrier();

  for (var step = 0u; step < steps; step++) {
    var scores = Rows();
    if (ROWS == 1u) {
      // Four neighbours read keys side by side, in the order of memory, and each ends with the sums of its own four keys.
      let part = lane % SHARE;
      for (var i = 0u; i < u.share; i++) {
        let keys = rows_of_keys(head, first + step * STEP + (lane - part + i) * 4u) * u.d_quads;
        var sums = Rows();
        for (var begin = 0u; begin < u.d_quads; begin += SHARE) {
          let e = begin + part;
          let at = keys + min(e, u.d_quads - 1u);
          let tile = mat4x4f(unpack(k[at.x]), unpack(k[at.y]), unpack(k[at.z]), unpack(k[at.w])); // column: key
          sums = plus_product(sums, transpose(tile), rows_at(e));
        }
        sums[0] += block_of_lane(sums[0], lane ^ 1u);
        sums[0] += block_of_lane(sums[0], lane ^ 2u);
        if (part == i) { scores = sums; }
      }
    } else {
      let keys = rows_of_keys(head, first + step * STEP + lane * 4u) * u.d_quads;
      for (var begin = 0u; begin < u.d_quads; begin += LANES) {
        let mine = rows_at(min(begin + lane, u.d_quads - 1u));
        let lanes = min(u.lanes, u.d_quads - begin);
        for (var i = 0u; i < lanes; i++) {
          let at = keys + begin + i;
          let tile = mat4x4f(unpack(k[at.x]), unpack(k[at.y]), unpack(k[at.z]), unpack(k[at.w])); // column: key
          scores = plus_product(scores, transpose(tile), of_lane(mine, i));
        }
      }
    }
    keep_rows(WEIGHTS + step * LANES + lane, scores);
  }

  for (var block = 0u; block < u.blocks; block++) {
    let row = row_in_head + block * BLOCK_ROWS;
    let at = (WEIGHTS + lane) * BLOCKS + block;
    var top = Each(FIRST_TOP);
    for (var step = 0u; step < steps; step++) {
      let s = block_masked(kept[at + step * LANES * BLOCKS], row, first + step * STEP + lane * 4u);
      kept[at + step * LANES * BLOCKS] = s;
      top = max(top, block_top(s));
    }
    top = subgroupMax(top);
    var sum = Each();
    for (var step = 0u; step < steps; step++) {
      let w = block_weights(kept[at + step * LANES * BLOCKS], top);
      kept[at + step * LANES * BLOCKS] = w;
      sum += block_total(w);
    }
    sum = subgroupAdd(sum);
    if (lane == 0u) {
      row_tops[block] = top;
      row_sums[block] = sum;
    }
  }
  workgroupBarrier();

  for (var begin = 0u; begin < u.dv_quads; begin += LANES) {
    let column = min(begin + lane, u.dv_quads - 1u);
    var outputs = Rows();
    for (var step = 0u; step < steps; step++) {
      let mine = rows_at(WEIGHTS + step * LANES + lane);
      for (var i = 0u; i < u.lanes; i++) {
        let at = rows_of_keys(head, first + step * STEP + i * 4u) * u.dv_quads + column;
        let tile = mat4x4f(unpack(v[at.x]), unpack(v[at.y]), unpack(v[at.z]), unpack(v[at.w])); // column: key
        outputs = plus_product(outputs, tile, of_lane(mine, i));
      }
    }
    for (var block = 0u; block < u.blocks; block++) {
      let row = row_in_head + block * BLOCK_ROWS;
      if (row < u.rows && begin + lane < u.dv_quads) {
        let to = (head * u.splits + split) * u.rows + row;
        store_block(to, u.rows - row, column, outputs[block], row_tops[block], row_sums[block]);
      }
    }
  }
}
