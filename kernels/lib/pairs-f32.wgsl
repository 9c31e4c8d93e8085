// Two stored elements of a row, for kernels that take dimensions two at a time.
alias pair = vec2<f32>;
fn unpack_pair(x: pair) -> vec2<real> { return x; }
fn pack_pair(x: vec2<f32>) -> pair { return x; }
