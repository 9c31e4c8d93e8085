// Inner products of the tile's rows with columns, both stored along their depth, for matmul-broadcast.wgsl.
var<workgroup> held_rows: array<mat4x4<real>, INNER_QUADS * LANES>; // [quad of the depth, lane], column: depth, row: row

// Takes the tile's rows in, once: left(row, e) is quad e of the depth of row `row` of the tile.
fn hold_rows(me: Lane, depth_quads: u32) {
  let row = own_row(me);
  for (var e = 0u; e < depth_quads; e++) {
    var rows = mat4x4<real>(); // column: row of the tile
    for (var r = 0u; r < u.four; r++) { rows = mat4x4<real>(rows[1], rows[2], rows[3], left(row + r, e)); }
    held_rows[e * LANES + me.local] = transpose(rows);
  }
}

// The products with the STEP columns from `start` on: right(column, e) is quad e of the depth of a column.
fn inner_products(me: Lane, start: u32, depth_quads: u32) -> Block {
  let held = start + me.in_subgroup % WIDTH;
  var s = Block();
  for (var e = 0u; e < depth_quads; e++) {
    var x = array<vec4f, 4>();
    x[0] = vec4f(right(held, e));
    if (WIDTH < 16u) { x[1] = vec4f(right(held + WIDTH, e)); }
    if (WIDTH < 8u) {
      x[2] = vec4f(right(held + 2u * WIDTH, e));
      x[3] = vec4f(right(held + 3u * WIDTH, e));
    }
    let rows = mat4x4f(held_rows[e * LANES + me.local]);
    s.a += rows * mat4x4f(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH));
    s.b += rows * mat4x4f(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH));
    s.c += rows * mat4x4f(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH));
    s.d += rows * mat4x4f(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH));
  }
  return s;
}
