// A lane works on four numbers at a time.
alias Lane = Quad;
alias Sum = f32;
fn lane(x: u32) -> Lane { return Lane(vec4<u32>(x, x + 1u, x + 2u, x + 3u)); }
fn sum(x: Lane) -> Sum { return dot(vec4<f32>(x), vec4<f32>(1.0)); }
