// y = output / sum. The largest weight of a row is 1, so a smaller sum means that the row saw nothing: it gives zeros.
fn store(row: u32, column: u32, output: vec4<f32>, maximum: f32, sum: f32) {
  y[row * u.dv_quads + column] = pack(output * select(0.0, 1.0 / sum, sum >= 0.5));
}
