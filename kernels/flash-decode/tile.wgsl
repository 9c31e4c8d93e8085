// One split of the keys by one workgroup, without subgroups: all scores, their exponentials, all values. SHARE threads share four keys,
// so that neighbours read neighbouring quads of a key, and add up their parts of the scores through workgroup memory. For the values
// a thread holds a quad of dimensions, and every so many keys.
@group(0) @binding(0) var<storage, read> q: array<quad>; // [batch, kvHeads, rows, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>; // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>; // [batch, kvHeads, m, dv / 4]

const GROUPS: u32 = LANES / SHARE;
const STEP: u32 = GROUPS * 4u;
const PARTS: u32 = WEIGHTS + KEY_QUADS; // [thread][blocks]: what a thread adds to a result

var<workgroup> of_threads: array<Each, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count);
  let row_in_head = index % u.row_tiles * ROWS;
  let split = index / u.row_tiles % u.splits;
  let head = index / (u.row_tiles * u.splits);
  if (head >= u.heads) { return; }
  let first = split * u.split;
  let end = max(first, min(first + u.split, visible_keys(u.n - 1u, u.m, u.lead, u.lag)));
  let steps = (end - first + STEP - 1u) / STEP;
  let block = local % BLOCKS;
  let row = row_in_head + block * BLOCK_ROWS;

  for (var at = local; at < u.d_quads * BLOCKS; at += LANES) {
    kept[at] = block_of_queries(head * u.rows + row, at / BLOCKS);
  }
  workgroupBarrier();

  for (var step = 0u; step < steps; step++) {
    let keys = rows_of_keys(head, first + step * STEP + local / SHARE * 4u) * u.d_quads;
    var scores = Rows();
    for (var e = local % SHARE; e < u.d_quads; e += SHARE) {
      let at = keys + e;
      let tile = mat4x4f(unpack(k[at.x]), unpack(k[at.y]), unpack(k[at.z]), unpack(k[at.w])); // column: key
      scores = plus_product(scores, transpose(tile), rows_at(e));
    }
    keep_rows(PARTS + local, scores);
    workgroupBarrier();
    for (var task = local; task < GROUPS * BLOCKS; task += LANES) {
      var s = Block();
      for (var i = 0u; i < u.share; i++) { s += kept[(PARTS + task / BLOCKS * SHARE + i) * BLOCKS + block]; }
      kept[(WEIGHTS + step * GROUPS) * BLOCKS + task] = block_masked(s, row, first + step * STEP + task / BLOCKS * 4u);
    }
    workgroupBarrier();
  }

  let weights = steps * GROUPS * BLOCKS;
  var top = Each(FIRST_TOP);
  for (var at = local; at < weights; at += LANES) { top = max(top, block_top(kept[WEIGHTS * BLOCKS + at])); }
  of_threads[local] = top;
  workgroupBarrier();
  for (var i = block; i < u.lanes; i += BLOCKS) { top = max(top, of_threads[i]); }
  var sum = Each();
  for (var at = local; at < weights; at += LANES) {
    let w = block_weights(kept[WEIGHTS * BLOCKS + at], top);
    kept[WEIGHTS * BLOCKS + at] = w;
    sum += block_total(w);
  }
  workgroupBarrier();
  of_threads[local] = sum;
  workgroupBarrier();
  sum = Each();
  for (var i = block; i < u.lanes; i += BLOCKS) { sum += of_threads[i]; }

  let to = (head * u.splits + split) * u.rows + row;
  for (var begin = 0u; begin < u.dv_quads; begin += u.column_threads) {
    let column = min(begin + local % u.column_threads, u.dv_quads - 1u);
    var outputs = Rows();
    for (var quad_of_keys = local / u.column_threads; quad_of_keys < steps * GROUPS; quad_of_keys += u.column_parts) {
      let at = rows_of_keys(head, first + quad_of_keys * 4u) * u.dv_quads + column;
      let tile = mat4x4f(unpack(v[at.x]), unpack(v[at.y]), unpack(v[at.z]), unpack(v[at.w])); // column: key
      outputs = plus_product(outputs, tile, rows_at(WEIGHTS + quad_of_keys));
    }
    keep_rows(PARTS + local, outputs);
    workgroupBarrier();
    for (var task = local; task < u.column_threads * BLOCKS; task += LANES) {
      let to_column = begin + task / BLOCKS;
      if (row < u.rows && to_column < u.dv_quads) {
        var o = Block();
        for (var i = 0u; i < u.column_parts; i++) {
          o += kept[(PARTS + task / BLOCKS + i * u.column_threads) * BLOCKS + block];
        }
        store_block(to, u.rows - row, to_column, o, top, sum);
      }
    }
    workgroupBarrier();
  }
}
