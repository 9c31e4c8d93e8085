// Where the rows go when one workgroup sees all keys.
@group(0) @binding(3) var<storage, read_write> y: array<quad>; // [batch, kvHeads, rows, dv / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;
