// f32 storage, f32 products.
alias quad = vec4<f32>;
alias real = f32;
alias real4 = vec4<f32>;
fn unpack(x: quad) -> vec4<f32> { return x; }
fn pack(x: vec4<f32>) -> quad { return x; }
fn unpack_real(x: quad) -> real4 { return x; }
