// Sums of outer products, weights of the tile's rows times rows of values, for matmul-broadcast.wgsl. The sums lie in workgroup memory
// only because registers cannot be indexed: a lane sees its own alone.
var<workgroup> sums: array<mat4x4f, OUTER_QUADS * LANES>; // [quad of columns, lane], column: column, row: row

fn own_sum(me: Lane, i: u32) -> mat4x4f { return sums[i * LANES + me.local]; }
fn set_own_sum(me: Lane, i: u32, to: mat4x4f) { sums[i * LANES + me.local] = to; }

// For the quads of columns from `first` up to `end`: sums = sums * factor + weights * values, where value(depth, e) is quad e of row
// `depth` of the values and the weights are those of the STEP depths from `start` on. Only those before `stop` count.
fn add_outer_products(me: Lane, weights: Block, factor: vec4f, start: u32, stop: u32, first: u32, end: u32) {
  let held = start + me.in_subgroup % WIDTH;
  for (var e = first; e < end; e++) {
    var x = array<vec4f, 4>();
    x[0] = value(held, e);
    if (WIDTH < 16u) { x[1] = value(held + WIDTH, e); }
    if (WIDTH < 8u) {
      x[2] = value(held + 2u * WIDTH, e);
      x[3] = value(held + 3u * WIDTH, e);
    }
    var s = scale_rows(sums[e * LANES + me.local], factor);
    s += weights.a * transpose(mat4x4f(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH)));
    s += weights.b * transpose(mat4x4f(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH)));
    s += weights.c * transpose(mat4x4f(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH)));
    s += weights.d * transpose(mat4x4f(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH)));
    sums[e * LANES + me.local] = s;
  }
}
