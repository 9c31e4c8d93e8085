// f16 storage, f16 products; sums stay f32.
alias quad = vec4<f16>;
alias real = f16;
alias real4 = vec4<f16>;
fn unpack(x: quad) -> vec4<f32> { return vec4<f32>(x); }
fn pack(x: vec4<f32>) -> quad { return vec4<f16>(x); }
fn unpack_real(x: quad) -> real4 { return x; }
