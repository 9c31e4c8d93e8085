// Two stored elements of a row, for kernels that take dimensions two at a time.
alias pair = u32;
fn unpack_pair(x: pair) -> vec2<real> { return unpack2x16float(x); }
fn pack_pair(x: vec2<f32>) -> pair { return pack2x16float(x); }
