// One number a column, number(column), for the columns of a step, for matmul-broadcast.wgsl.
fn numbers_of(me: Lane, start: u32) -> Numbers {
  let held = start + me.in_subgroup % WIDTH;
  var x = vec4f(number(held), 0.0, 0.0, 0.0);
  if (WIDTH < 16u) { x.y = number(held + WIDTH); }
  if (WIDTH < 8u) {
    x.z = number(held + 2u * WIDTH);
    x.w = number(held + 3u * WIDTH);
  }
  return Numbers(
    vec4f(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH)),
    vec4f(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH)),
    vec4f(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH)),
    vec4f(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH)));
}
