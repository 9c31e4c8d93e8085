// The end of attend.wgsl where a workgroup has seen all keys of its rows: y = output / sum.
fn write_rows(state: ptr<function, Running>, rows: Queries, lane: u32) {
  finish(state, lane);
  let first = lane / KEY_GROUPS * 8u;
  let column = lane % KEY_GROUPS;
  write_four((*state).low_a, (*state).sum_low, rows, first, column);
  write_four((*state).low_b, (*state).sum_low, rows, first, column + KEY_GROUPS);
  write_four((*state).high_a, (*state).sum_high, rows, first + 4u, column);
  write_four((*state).high_b, (*state).sum_high, rows, first + 4u, column + KEY_GROUPS);
}

fn write_four(output: mat4x4<f32>, sum: vec4<f32>, rows: Queries, first: u32, column: u32) {
  if (column >= u.dv_quads) { return; }
  for (var i = 0u; i < 4u && first + i < rows.count; i++) {
    // The largest weight of a row is 1, so a smaller sum means that the row saw nothing.
    let share = select(0.0, 1.0 / sum[i], sum[i] >= 0.5);
    y[(rows.first + rows.step * (first + i)) * u.dv_quads + column] = pack(output[i] * share);
  }
}
