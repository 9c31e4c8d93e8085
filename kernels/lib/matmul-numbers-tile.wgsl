// One number a column, number(column), for the columns of a step, for matmul-tile.wgsl.
fn four_numbers(column: u32) -> vec4f {
  return vec4f(number(column), number(column + 1u), number(column + 2u), number(column + 3u));
}
fn numbers_of(me: Lane, start: u32) -> Numbers {
  let column = start + own_column(me);
  return Numbers(
    four_numbers(column), four_numbers(column + 4u), four_numbers(column + 8u), four_numbers(column + 12u));
}
