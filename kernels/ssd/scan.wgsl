// The whole sequence in one pass, by subgroup broadcast. A workgroup is some columns of one head, a lane four neighbouring ones with
// their whole state, and it goes from chunk to chunk, 16 tokens each: y from the weights of the chunk and from the state, then the
// state at the chunk's end. What all columns share (weights, C and B) is loaded by one lane in WIDTH and passed round, so that a load
// serves every lane. Nothing is reduced across lanes and nothing waits: the state lies in workgroup memory only because
// registers cannot be indexed.
@group(0) @binding(0) var<storage, read> x: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> B: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> C: array<quad>;          // [batch, groups, n, state / 4]
@group(0) @binding(3) var<storage, read> weights: array<vec4f>;   // [batch, heads, chunks, CHUNK + 2, CHUNK / 4]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;    // [batch, heads, n, d / 4]
@group(0) @binding(5) var<storage, read_write> final_state: array<f32>; // [batch, heads, d, state]
@group(0) @binding(6) var<uniform> u: Uniforms;

const CHUNK: u32 = 16u;
const QUADS: u32 = 4u;

var<workgroup> state: array<mat4x4f, STATE_QUADS * LANES>; // [state / 4, lane], column: state component, row: column of x

// Quads of the tokens that this lane holds: WIDTH * g + lane % WIDTH, for every g below CHUNK / WIDTH.
alias Held = array<vec4f, 4>;
struct Chunk { a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f } // column: token

// WIDTH is the smallest subgroup the adapter makes (or the workgroup), so that the first WIDTH lanes are always there.
fn spread(x: Held) -> Chunk {
  return Chunk(
    mat4x4f(
      subgroupBroadcast(x[0], 0u),
      subgroupBroadcast(x[1u / WIDTH], 1u % WIDTH),
      subgroupBroadcast(x[2u / WIDTH], 2u % WIDTH),
      subgroupBroadcast(x[3u / WIDTH], 3u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[4u / WIDTH], 4u % WIDTH),
      subgroupBroadcast(x[5u / WIDTH], 5u % WIDTH),
      subgroupBroadcast(x[6u / WIDTH], 6u % WIDTH),
      subgroupBroadcast(x[7u / WIDTH], 7u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[8u / WIDTH], 8u % WIDTH),
      subgroupBroadcast(x[9u / WIDTH], 9u % WIDTH),
      subgroupBroadcast(x[10u / WIDTH], 10u % WIDTH),
      subgroupBroadcast(x[11u / WIDTH], 11u % WIDTH)),
    mat4x4f(
      subgroupBroadcast(x[12u / WIDTH], 12u % WIDTH),
      subgroupBroadcast(x[13u / WIDTH], 13u % WIDTH),
      subgroupBroadcast(x[14u / WIDTH], 14u % WIDTH),
      subgroupBroadcast(x[15u / WIDTH], 15u % WIDTH)));
}

fn add(sum: ptr<function, Chunk>, own: mat4x4f, held: Held) {
  let shared_quads = spread(held);
  (*sum).a += own * shared_quads.a;
  (*sum).b += own * shared_quads.b;
  (*sum).c += own * shared_quads.c;
  (*sum).d += own * shared_quads.d;
}

fn scaled(m: mat4x4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * columns.x, m[1] * columns.y, m[2] * columns.z, m[3] * columns.w);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let index = workgroup_index(workgroup, count);
  let head = index / u.slices;
  if (head >= u.heads) { return; }
  let column = index % u.slices * LANES + local;
  // Lanes past the last column read the first; what they give is not stored.
  let x_first = head * u.n * u.d_quads + select(0u, column, column < u.d_quads);
  let token_first = head / u.group_heads * u.n;
  let held_tokens = vec4u(0u, 1u, 2u, 3u) * WIDTH + lane % WIDTH;
  let last = vec4u(u.n - 1u);

  for (var chunk = 0u; chunk < u.chunks; chunk++) {
    let first = chunk * CHUNK;
    let weight_first = (head * u.chunks + chunk) * (CHUNK + 2u) * QUADS;
    var sum = Chunk();
    var tails = Chunk(); // x times what it counts in the state at the chunk's end
    let tail = weights[weight_first + CHUNK * QUADS + lane % QUADS];

    for (var q = 0u; q < u.quads; q++) {
      // Tokens past the end read the last one; their weights are 0.
      let t = x_first + min(vec4u(0u, 1u, 2u, 3u) + first + q * 4u, last) * u.d_quads;
      let own = mat4x4f(unpack(x[t.x]), unpack(x[t.y]), unpack(x[t.z]), unpack(x[t.w]));
      let at = weight_first + held_tokens * QUADS + q;
      var held = Held();
      held[0] = weights[at.x];
      if (WIDTH < 16u) { held[1] = weights[at.y]; }
      if (WIDTH < 8u) {
        held[2] = weights[at.z];
        held[3] = weights[at.w];
      }
      add(&sum, own, held);
      tails = Chunk(tails.b, tails.c, tails.d, scaled(own, subgroupShuffle(tail, q)));
    }

    let growth = weight_first + (CHUNK + 1u) * QUADS;
    let decay = weights[growth + QUADS - 1u].w;
    let fades = vec4f(
      weights[growth + held_tokens.x / 4u % QUADS][lane % 4u],
      weights[growth + held_tokens.y / 4u % QUADS][lane % 4u],
      weights[growth + held_tokens.z / 4u % QUADS][lane % 4u],
      weights[growth + held_tokens.w / 4u % QUADS][lane % 4u]);
    let rows = (vec4u(token_first) + min(held_tokens + first, last)) * u.state_quads;
    // Two loops, although they read the same state: the code of both together outgrows the instruction caches of a processor.
    for (var e = 0u; e < u.state_quads; e++) {
      var held = Held();
      held[0] = unpack(C[rows.x + e]) * fades.x;
      if (WIDTH < 16u) { held[1] = unpack(C[rows.y + e]) * fades.y; }
      if (WIDTH < 8u) {
        held[2] = unpack(C[rows.z + e]) * fades.z;
        held[3] = unpack(C[rows.w + e]) * fades.w;
      }
      add(&sum, state[e * LANES + local], held);
    }
    for (var e = 0u; e < u.state_quads; e++) {
      var held = Held();
      held[0] = unpack(B[rows.x + e]);
      if (WIDTH < 16u) { held[1] = unpack(B[rows.y + e]); }
      if (WIDTH < 8u) {
        held[2] = unpack(B[rows.z + e]);
        held[3] = unpack(B[rows.w + e]);
      }
      let shared_quads = spread(held);
      var own = state[e * LANES + local] * decay;
      own += tails.a * transpose(shared_quads.a);
      own += tails.b * transpose(shared_quads.b);
      own += tails.c * transpose(shared_quads.c);
      own += tails.d * transpose(shared_quads.d);
      state[e * LANES + local] = own;
    }

    if (column < u.d_quads) {
      for (var q = 0u; q < u.quads; q++) {
        let t = first + q * 4u;
        let at = x_first + t * u.d_quads;
        if (t < u.n) { y[at] = pack(sum.a[0]); }
        if (t + 1u < u.n) { y[at + u.d_quads] = pack(sum.a[1]); }
        if (t + 2u < u.n) { y[at + 2u * u.d_quads] = pack(sum.a[2]); }
        if (t + 3u < u.n) { y[at + 3u * u.d_quads] = pack(sum.a[3]); }
        sum = Chunk(sum.b, sum.c, sum.d, sum.a);
      }
    }
  }

  if (KEEP_STATE) {
    for (var s = 0u; s < u.state; s++) {
      let components = state[s / 4u * LANES + local][s % 4u];
      for (var j = 0u; j < min(4u, max(u.d, column * 4u) - column * 4u); j++) {
        final_state[(head * u.d + column * 4u + j) * u.state + s] = components[j];
      }
    }
  }
}
