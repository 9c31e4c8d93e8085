// y of each chunk: its weights times x, and C times the state that it starts with, faded.
@group(0) @binding(0) var<storage, read> x: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> C: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(3) var<storage, read> chunk_state: array<vec4f>; // [batch, heads, chunks, state, d / 4]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;    // [batch, heads, n, d / 4]
@group(0) @binding(5) var<uniform> u: Uniforms;

const QUADS: u32 = CHUNK / 4u;

fn keep(lane: Lane, t: u32, column: u32, tokens: mat4x4f) {
  if (column >= u.d_quads) { return; }
  let at = (lane.head * u.n + t) * u.d_quads + column;
  if (t < u.n) { y[at] = pack(tokens[0]); }
  if (t + 1u < u.n) { y[at + u.d_quads] = pack(tokens[1]); }
  if (t + 2u < u.n) { y[at + 2u * u.d_quads] = pack(tokens[2]); }
  if (t + 3u < u.n) { y[at + 3u * u.d_quads] = pack(tokens[3]); }
}

// Four state components, their quads at `at`.
fn components(at: u32) -> mat4x4f {
  return mat4x4f(
    chunk_state[at], chunk_state[at + u.d_quads], chunk_state[at + 2u * u.d_quads], chunk_state[at + 3u * u.d_quads]);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count) * WORKGROUP + local;
  if (index >= u.lanes) { return; }
  let lane = lane_of(index);
  let span = lane.head * u.chunks + lane.chunk;
  let token_quad = lane.block * 2u;
  let t = lane.chunk * CHUNK + token_quad * 4u;
  let other_quad = token_quad + 1u;
  let weight_first = span * (CHUNK + 2u) * QUADS;
  let first = lane.head / u.group_heads * u.n;
  let last = vec4u(u.n - 1u);
  let rows_a = (vec4u(first) + min(vec4u(t, t + 1u, t + 2u, t + 3u), last)) * u.state_quads;
  let rows_b = (vec4u(first) + min(vec4u(t, t + 1u, t + 2u, t + 3u) + 4u, last)) * u.state_quads;
  let column_a = span * u.state_quads * 4u * u.d_quads + lane.column;
  let column_b = min(lane.column + 1u, u.d_quads - 1u) - lane.column + column_a;
  let growth = weight_first + (CHUNK + 1u) * QUADS;
  let fade_a = weights[growth + token_quad];
  let fade_b = weights[growth + other_quad];
  // The first chunk starts from nothing.
  let components_end = select(0u, u.state_quads, lane.chunk > 0u);
  let end = components_end + min(token_quad + 2u, u.quads);
  var sum = Block();
  // One loop for both parts, because compilers take their time for each copy of the product.
  for (var e = 0u; e < end; e++) {
    var left_a = mat4x4f();
    var left_b = mat4x4f();
    var right_a = mat4x4f();
    var right_b = mat4x4f();
    if (e < components_end) {
      let step = e * 4u * u.d_quads;
      let a = rows_a + e;
      let b = rows_b + e;
      left_a = components(column_a + step);
      left_b = components(column_b + step);
      right_a = scaled(mat4x4f(unpack(C[a.x]), unpack(C[a.y]), unpack(C[a.z]), unpack(C[a.w])), fade_a);
      right_b = scaled(mat4x4f(unpack(C[b.x]), unpack(C[b.y]), unpack(C[b.z]), unpack(C[b.w])), fade_b);
    } else {
      let q = e - components_end;
      let from_token = lane.chunk * CHUNK + q * 4u;
      let a = weight_first + token_quad * 4u * QUADS + q;
      let b = weight_first + other_quad * 4u * QUADS + q;
      left_a = tokens_of(lane.head, from_token, lane.column);
      left_b = tokens_of(lane.head, from_token, lane.column + 1u);
      right_a = mat4x4f(weights[a], weights[a + QUADS], weights[a + 2u * QUADS], weights[a + 3u * QUADS]);
      right_b = mat4x4f(weights[b], weights[b + QUADS], weights[b + 2u * QUADS], weights[b + 3u * QUADS]);
    }
    sum = add(sum, left_a, left_b, right_a, right_b);
  }
  keep(lane, t, lane.column, sum.aa);
  keep(lane, t + 4u, lane.column, sum.ab);
  keep(lane, t, lane.column + 1u, sum.ba);
  keep(lane, t + 4u, lane.column + 1u, sum.bb);
}
