// What a split of the keys gives, for merge-splits.wgsl.
fn store(row: u32, column: u32, output: vec4<f32>, maximum: f32, sum: f32) {
  partial_output[row * u.dv_quads + column] = output;
  if (column == 0u) { partial_stats[row] = vec2<f32>(maximum, sum); }
}
