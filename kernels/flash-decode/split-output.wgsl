// Where the rows go when a workgroup sees some of the keys.
@group(0) @binding(3) var<storage, read_write> partial_output: array<vec4<f32>>; // [batch, kvHeads, splits, rows, dv / 4]
@group(0) @binding(4) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [batch, kvHeads, splits, rows]: maximum, sum
@group(0) @binding(5) var<uniform> u: Uniforms;
