// The length of a step of a state space model. SOFTPLUS: softplus(raw + bias), else the sum itself.
const LOG2_E = 1.4426950408889634;

// ln(1 + e) for e in [0, 1]: 2 artanh(e / (2 + e)). The plain log(1 + e) would lose the small steps: at e = 1e-3 four digits.
fn log1p_unit(e: vec4<f32>) -> vec4<f32> {
  let r = e / (2.0 + e);
  let q = r * r;
  return 2.0 * r * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0))))));
}

// Softplus does not overflow, since exp never sees a positive number.
fn time_step(raw: vec4<f32>, bias: vec4<f32>) -> vec4<f32> {
  let x = raw + bias;
  if (!SOFTPLUS) { return x; }
  return max(x, vec4<f32>()) + log1p_unit(exp2(-abs(x) * LOG2_E));
}
