alias Element = f32;
alias Quad = vec4<f32>;
