// What each chunk adds to the state, starting from zero: for each state component, the sum over the chunk's tokens of B times x
// times what the token counts at the chunk's end.
@group(0) @binding(0) var<storage, read> x: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> B: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(3) var<storage, read_write> chunk_state: array<vec4f>; // [batch, heads, chunks, state, d / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

const QUADS: u32 = CHUNK / 4u;

fn keep(lane: Lane, block: u32, column: u32, rows: mat4x4f) {
  if (block >= u.state_quads || column >= u.d_quads) { return; }
  let at = (((lane.head * u.chunks + lane.chunk) * u.state_quads + block) * 4u) * u.d_quads + column;
  chunk_state[at] = rows[0];
  chunk_state[at + u.d_quads] = rows[1];
  chunk_state[at + 2u * u.d_quads] = rows[2];
  chunk_state[at + 3u * u.d_quads] = rows[3];
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
  let tails = ((lane.head * u.chunks + lane.chunk) * (CHUNK + 2u) + CHUNK) * QUADS;
  let first = lane.head / u.group_heads * u.n;
  let component = lane.block * 2u;
  let next = min(component + 1u, u.state_quads - 1u);
  var sum = Block();
  for (var q = 0u; q < u.quads; q++) {
    let t = lane.chunk * CHUNK + q * 4u;
    let tail = weights[tails + q];
    let rows = (vec4u(first) + min(vec4u(t, t + 1u, t + 2u, t + 3u), vec4u(u.n - 1u))) * u.state_quads;
    let b_a = rows + component;
    let b_b = rows + next;
    sum = add(sum,
      scaled(tokens_of(lane.head, t, lane.column), tail),
      scaled(tokens_of(lane.head, t, lane.column + 1u), tail),
      transpose(mat4x4f(unpack(B[b_a.x]), unpack(B[b_a.y]), unpack(B[b_a.z]), unpack(B[b_a.w]))),
      transpose(mat4x4f(unpack(B[b_b.x]), unpack(B[b_b.y]), unpack(B[b_b.z]), unpack(B[b_b.w]))));
  }
  keep(lane, component, lane.column, sum.aa);
  keep(lane, component + 1u, lane.column, sum.ab);
  keep(lane, component, lane.column + 1u, sum.ba);
  keep(lane, component + 1u, lane.column + 1u, sum.bb);
}
