// For passes that share one pipeline: into y where the workgroup has seen all keys of its rows (u.whole), as attend-write.wgsl does, else
// into the splits for merge-splits.wgsl, as attend-split.wgsl does.
fn store(row: u32, column: u32, output: vec4<f32>, maximum: f32, sum: f32) {
  let to = row * u.dv_quads + column;
  if (u.whole != 0u) {
    y[to] = pack(output * select(0.0, 1.0 / sum, sum >= 0.5));
    return;
  }
  partial_output[to] = output;
  if (column == 0u) { partial_stats[row] = vec2<f32>(maximum, sum); }
}
