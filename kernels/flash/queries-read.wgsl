// For broadcast.wgsl: a lane's queries, which do not fit in workgroup memory beside its sums, read from storage in every step.
fn keep_queries(rows: vec4u, half: u32, local: u32) {}
fn queries_of(rows: vec4u, half: u32, e: u32, local: u32) -> mat2x4<real> { return read_queries(rows, e); }
