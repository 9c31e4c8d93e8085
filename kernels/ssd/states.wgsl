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
  for (var i = 0u; i < min(CHUNK, u.n - lane.chunk * CHUNK); i++) {
    let t = lane.chunk * CHUNK + i;
    let tail = weights[tails + i / 4u][i % 4u];
    let at = x_at(lane, t);
    let row = (first + t) * u.state_quads;
    sum = add(sum,
      unpack(x[at.x]) * tail, unpack(x[at.y]) * tail,
      unpack(B[row + component]), unpack(B[row + next]));
  }
  keep(lane, component, lane.column, sum.aa);
  keep(lane, component + 1u, lane.column, sum.ab);
  keep(lane, component, lane.column + 1u, sum.ba);
  keep(lane, component + 1u, lane.column + 1u, sum.bb);
}
