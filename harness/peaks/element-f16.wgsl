alias Element = f16;
alias Quad = vec4<f16>;
