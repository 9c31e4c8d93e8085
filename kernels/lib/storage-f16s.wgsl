// f16 storage packed in u32, f32 products: needs no shader-f16.
alias quad = vec2<u32>;
alias real = f32;
alias real4 = vec4<f32>;
fn unpack(x: quad) -> vec4<f32> { return vec4<f32>(unpack2x16float(x.x), unpack2x16float(x.y)); }
fn pack(x: vec4<f32>) -> quad { return vec2<u32>(pack2x16float(x.xy), pack2x16float(x.zw)); }
fn unpack_real(x: quad) -> real4 { return unpack(x); }
