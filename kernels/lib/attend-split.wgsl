// The end of attend.wgsl where a workgroup has seen a split of the keys: unnormalised output, maximum and sum of each row go to
// partial_output: array<vec4<f32>> and partial_stats: array<vec2<f32>>, from row `to` on.
fn write_split(state: ptr<function, Running>, rows: Queries, to: u32, lane: u32) {
  finish(state, lane);
  let first = lane / KEY_GROUPS * 8u;
  let column = lane % KEY_GROUPS;
  split_four((*state).low_a, rows, to, first, column);
  split_four((*state).low_b, rows, to, first, column + KEY_GROUPS);
  split_four((*state).high_a, rows, to, first + 4u, column);
  split_four((*state).high_b, rows, to, first + 4u, column + KEY_GROUPS);
  if (column == 0u) {
    stats_of_four((*state).maximum_low, (*state).sum_low, rows, to, first);
    stats_of_four((*state).maximum_high, (*state).sum_high, rows, to, first + 4u);
  }
}

fn split_four(output: mat4x4<f32>, rows: Queries, to: u32, first: u32, column: u32) {
  if (column >= u.dv_quads) { return; }
  for (var i = 0u; i < 4u && first + i < rows.count; i++) {
    partial_output[(to + first + i) * u.dv_quads + column] = output[i];
  }
}

fn stats_of_four(maximum: vec4<f32>, sum: vec4<f32>, rows: Queries, to: u32, first: u32) {
  for (var i = 0u; i < 4u && first + i < rows.count; i++) {
    partial_stats[to + first + i] = vec2<f32>(maximum[i], sum[i]);
  }
}
