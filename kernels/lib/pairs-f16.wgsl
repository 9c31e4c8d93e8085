// Two stored elements of a row, for kernels that take dimensions two at a time; each product in f16, every sum in f32.
alias pair = vec2<f16>;
fn unpack_pair(x: pair) -> vec2<real> { return x; }
fn pack_pair(x: vec2<f32>) -> pair { return vec2<f16>(x); }
// Columns of b: keys. The result has a column a key.
fn pair_column(a: mat2x4<f16>, x: vec2<f16>) -> vec4f { return vec4f(a[0] * x.x) + vec4f(a[1] * x.y); }
fn pair_product(a: mat2x4<f16>, b: mat4x2<f16>) -> mat4x4f {
  return mat4x4f(pair_column(a, b[0]), pair_column(a, b[1]), pair_column(a, b[2]), pair_column(a, b[3]));
}
// Adds four keys: weights (column: key) times their values (column: dimension).
fn weigh_column(w: mat4x4<f16>, x: vec4<f16>) -> vec4f {
  return vec4f(w[0] * x.x) + vec4f(w[1] * x.y) + vec4f(w[2] * x.z) + vec4f(w[3] * x.w);
}
fn weigh_pair(weights: mat4x4f, values: mat4x2<f16>) -> mat2x4f {
  let w = mat4x4<f16>(weights);
  let x = transpose(values);
  return mat2x4f(weigh_column(w, x[0]), weigh_column(w, x[1]));
}
