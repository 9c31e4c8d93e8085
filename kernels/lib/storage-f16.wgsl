// f16 storage, also in workgroup memory; products of f16 are exact in f32, which sums them.
alias quad = vec4<f16>;
alias real = f16;
alias real4 = vec4<f16>;
fn unpack(x: quad) -> vec4<f32> { return vec4<f32>(x); }
fn pack(x: vec4<f32>) -> quad { return vec4<f16>(x); }
fn unpack_real(x: quad) -> real4 { return x; }
