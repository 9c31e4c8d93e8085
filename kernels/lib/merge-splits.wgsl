// One output quad of a row from its splits (attend-split.wgsl). Split s of the row is row first + step * s of the partials.
fn merged(first: u32, step: u32, splits: u32, column: u32) -> vec4<f32> {
  var maximum = partial_stats[first].x;
  for (var s = 1u; s < splits; s++) { maximum = max(maximum, partial_stats[first + step * s].x); }
  var output = vec4<f32>(0.0);
  var sum = 0.0;
  for (var s = 0u; s < splits; s++) {
    let row = first + step * s;
    let weight = exp2(partial_stats[row].x - maximum);
    sum += weight * partial_stats[row].y;
    output += weight * partial_output[row * u.dv_quads + column];
  }
  return output * select(0.0, 1.0 / sum, sum >= 0.5);
}
