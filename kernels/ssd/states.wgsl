// What each chunk adds to the state, starting from zero: for each state component, the sum over the chunk's tokens of B times x
// times what the token counts at the chunk's end.
@group(0) @binding(0) var<storage, read> x: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> B: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(3) var<storage, read_write> chunk_state: array<vec4f>; // [batch, heads, chunks, state, d / 4]
@group(0) @binding(4) var<uniform> u: Uniforms;

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
  let tails = ((lane.head * u.chunks + lane.chunk) * (CHUNK + 2u) + CHUNK) * QUADS;
  let first = lane.head / u.group_heads * u.n;
  let component = lane.block * 2u;
  let next = min(component + 1u, u.state_quads - 1u);
  var sum = Block();
  for (var i = 0u; i < min(CHUNK, u.n - lane.chunk * CHUNK); i++) {
    let t = lane.chunk * CHUNK + i;
    let tail = weights[tails + i / 4u][i % 4u];
    let at = x_at(lane, t);
    let row = (first + t) * u.state_quads;
    sum = add(sum,
      unpack(x[at.x]) * tail, unpack(x[at.y]) * tail,
      unpack(B[row + component]), unpack(B[row + next]));
  }
  let at = ((lane.head * u.chunks + lane.chunk) * u.state_quads + component) * 4u * u.d_quads + lane.column;
  for (var i = 0u; i < u.four; i++) {
    let to = at + i * u.d_quads;
    let other = to + 4u * u.d_quads;
    chunk_state[to] = sum.aa[0];
    if (lane.column + 1u < u.d_quads) { chunk_state[to + 1u] = sum.ba[0]; }
    if (component + 1u < u.state_quads) {
      chunk_state[other] = sum.ab[0];
      if (lane.column + 1u < u.d_quads) { chunk_state[other + 1u] = sum.bb[0]; }
    }
    sum = turned_block(sum);
  }
}
