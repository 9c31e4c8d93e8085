// Two stored elements of a row, for kernels that take dimensions two at a time; products and sums in f32.
alias pair = u32;
fn unpack_pair(x: pair) -> vec2<real> { return unpack2x16float(x); }
fn pack_pair(x: vec2<f32>) -> pair { return pack2x16float(x); }
// Columns of b: keys. The result has a column a key.
fn pair_product(a: mat2x4<real>, b: mat4x2<real>) -> mat4x4f { return a * b; }
// Adds four keys: weights (column: key) times their values (column: dimension).
fn weigh_pair(weights: mat4x4f, values: mat4x2<real>) -> mat2x4f { return weights * transpose(values); }
