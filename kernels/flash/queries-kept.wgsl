// For broadcast.wgsl: a lane's queries in workgroup memory, [half, pair, lane].
var<workgroup> queries: array<mat2x4<real>, HALVES * D_PAIRS * LANES>;

fn keep_queries(rows: vec4u, half: u32, local: u32) {
  for (var e = 0u; e < u.d_pairs; e++) {
    queries[(half * D_PAIRS + e) * LANES + local] = read_queries(rows, e);
  }
}
fn queries_of(rows: vec4u, half: u32, e: u32, local: u32) -> mat2x4<real> {
  return queries[(half * D_PAIRS + e) * LANES + local];
}
