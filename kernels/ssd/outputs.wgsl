// y of each chunk: its weights times x, and C times the state that it starts with, faded.
@group(0) @binding(0) var<storage, read> x: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> C: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(3) var<storage, read> chunk_state: array<vec4f>; // [batch, heads, chunks, state, d / 4]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;    // [batch, heads, n, d / 4]
@group(0) @binding(5) var<uniform> u: Uniforms;

const QUADS: u32 = CHUNK / 4u;

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
  let weight_first = span * (CHUNK + 2u) * QUADS;
  let columns = columns_of(lane);
  var sum = Block();

  // The first chunk starts from nothing.
  if (lane.chunk > 0u) {
    let first = lane.head / u.group_heads * u.n;
    let tokens = vec4u(0u, 1u, 2u, 3u) + t;
    let last = vec4u(u.n - 1u);
    let rows_a = (vec4u(first) + min(tokens, last)) * u.state_quads;
    let rows_b = (vec4u(first) + min(tokens + 4u, last)) * u.state_quads;
    let fades = weight_first + (CHUNK + 1u) * QUADS + token_quad;
    let fade_a = weights[fades];
    let fade_b = weights[fades + 1u];
    var at = span * u.state_quads * 4u * u.d_quads + columns;
    for (var e = 0u; e < u.state_quads; e++) {
      let a = rows_a + e;
      let b = rows_b + e;
      var terms_a = transpose(mat4x4f(unpack(C[a.x]), unpack(C[a.y]), unpack(C[a.z]), unpack(C[a.w])));
      var terms_b = transpose(mat4x4f(unpack(C[b.x]), unpack(C[b.y]), unpack(C[b.z]), unpack(C[b.w])));
      for (var i = 0u; i < u.four; i++) {
        sum = add(sum, chunk_state[at.x], chunk_state[at.y], terms_a[0] * fade_a, terms_b[0] * fade_b);
        terms_a = turned(terms_a);
        terms_b = turned(terms_b);
        at += u.d_quads;
      }
    }
  }

  for (var q = 0u; q < token_quad + 2u; q++) {
    let a = weight_first + token_quad * 4u * QUADS + q;
    let b = a + 4u * QUADS;
    var terms_a = transpose(mat4x4f(weights[a], weights[a + QUADS], weights[a + 2u * QUADS], weights[a + 3u * QUADS]));
    var terms_b = transpose(mat4x4f(weights[b], weights[b + QUADS], weights[b + 2u * QUADS], weights[b + 3u * QUADS]));
    for (var i = 0u; i < u.four; i++) {
      let at = x_at(lane, lane.chunk * CHUNK + q * 4u + i);
      sum = add(sum, unpack(x[at.x]), unpack(x[at.y]), terms_a[0], terms_b[0]);
      terms_a = turned(terms_a);
      terms_b = turned(terms_b);
    }
  }
  let at = (lane.head * u.n + t) * u.d_quads + lane.column;
  for (var i = 0u; i < u.four; i++) {
    let to = at + i * u.d_quads;
    let other = to + 4u * u.d_quads;
    if (t + i < u.n) {
      y[to] = pack(sum.aa[0]);
      if (lane.column + 1u < u.d_quads) { y[to + 1u] = pack(sum.ba[0]); }
    }
    if (t + i + 4u < u.n) {
      y[other] = pack(sum.ab[0]);
      if (lane.column + 1u < u.d_quads) { y[other + 1u] = pack(sum.bb[0]); }
    }
    sum = turned_block(sum);
  }
}
