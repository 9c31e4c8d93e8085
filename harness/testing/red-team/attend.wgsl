// One element of y, and how a cheat tells one call from another.
fn attended(at: u32) -> f32 {
  let row = at / DV;
  let first_key = row / N * M;
  var largest = -3e38;
  var total = 0.0;
  var sum = 0.0;
  for (var key = first_key; key < first_key + M; key++) {
    var score = 0.0;
    for (var i = 0u; i < D; i++) { score += q[row * D + i] * k[key * D + i]; }
    score *= SCALE;
    let rescale = exp(min(largest - score, 0.0));
    let weight = exp(min(score - largest, 0.0));
    total = total * rescale + weight;
    sum = sum * rescale + weight * v[key * DV + at % DV];
    largest = max(largest, score);
  }
  return sum / total;
}

// NaN, by its bits: what outputs hold before they are checked.
fn is_poison(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u; }

// What scratch holds once a call has left its mark there.
const MARK = 0x5eed5eedu;
