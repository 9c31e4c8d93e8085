// The splits of the keys into y. A workgroup takes COLUMNS output quads of one row; THREADS / COLUMNS threads share a quad's splits.
@group(0) @binding(0) var<storage, read> partial_output: array<vec4<f32>>; // [batch, kvHeads, splits, rows, dv / 4]
@group(0) @binding(1) var<storage, read> partial_stats: array<vec2<f32>>;  // [batch, kvHeads, splits, rows]: maximum, sum
@group(0) @binding(2) var<storage, read_write> y: array<quad>;             // [batch, kvHeads, rows, dv / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

const COLUMNS: u32 = 16u;
const THREADS: u32 = 64u;

var<workgroup> tops: array<f32, THREADS>;
var<workgroup> sums: array<f32, THREADS>;
var<workgroup> outputs: array<vec4<f32>, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, groups);
  let row = index / u.column_tiles;
  if (row >= u.all_rows) { return; }
  let column = index % u.column_tiles * COLUMNS + local % COLUMNS;
  let begin = row / u.rows * u.splits * u.rows + row % u.rows;

  var top = partial_stats[begin].x;
  for (var split = local; split < u.splits; split += THREADS) { top = max(top, partial_stats[begin + split * u.rows].x); }
  tops[local] = top;
  workgroupBarrier();
  for (var i = 0u; i < min(THREADS, u.splits); i++) { top = max(top, tops[i]); }

  var sum = 0.0;
  var output = vec4<f32>();
  for (var split = local / COLUMNS; split < u.splits; split += THREADS / COLUMNS) {
    let at = begin + split * u.rows;
    let weight = exp2(partial_stats[at].x - top);
    sum += weight * partial_stats[at].y;
    if (column < u.dv_quads) { output += weight * partial_output[at * u.dv_quads + column]; }
  }
  sums[local] = sum;
  outputs[local] = output;
  workgroupBarrier();

  if (local < COLUMNS && column < u.dv_quads) {
    for (var i = local + COLUMNS; i < THREADS; i += COLUMNS) {
      sum += sums[i];
      output += outputs[i];
    }
    // The largest weight of a row is 1, so a smaller sum means that the row saw nothing: it gives zeros.
    y[row * u.dv_quads + column] = pack(output * select(0.0, 1.0 / sum, sum >= 0.5));
  }
}
