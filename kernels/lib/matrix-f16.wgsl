// Products of 4 x 4 blocks: each product in f16, every sum in f32. Summing even four of them in f16 would lose two bits more.
fn column(a: mat4x4<f16>, x: vec4<f16>) -> vec4f {
  return vec4f(a[0] * x.x) + vec4f(a[1] * x.y) + vec4f(a[2] * x.z) + vec4f(a[3] * x.w);
}
fn product(a: mat4x4<f16>, b: mat4x4<f16>) -> mat4x4f {
  return mat4x4f(column(a, b[0]), column(a, b[1]), column(a, b[2]), column(a, b[3]));
}
