// Products of 4 x 4 blocks, summed in f32.
fn product(a: mat4x4f, b: mat4x4f) -> mat4x4f { return a * b; }
