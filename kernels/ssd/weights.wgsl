// What the tokens of a chunk are to each other, for each head: weight[t][j] = (C_t . B_j) decay(j to t) dt_j for j <= t, plus D where
// j = t, so that the weights times x are the chunk's own share of y. Then, a row each, what x_t counts in the state at the chunk's
// end, and what the state at its start counts in y_t. Decays are products of the tokens' own decays from j to t, never quotients or
// differences of sums that start elsewhere: those lose their digits where decays are strong.
//
// A workgroup is one chunk of one group; a lane owns 4 x 4 pairs (t, j), and goes from head to head with their C_t . B_j.
@group(0) @binding(0) var<storage, read> B: array<quad>;         // [batch, groups, n, state / 4]
@group(0) @binding(1) var<storage, read> C: array<quad>;         // [batch, groups, n, state / 4]
@group(0) @binding(2) var<storage, read> dt: array<quad>;        // [batch, heads, n / 4]
@group(0) @binding(3) var<storage, read> A: array<f32>;          // [heads]
@group(0) @binding(4) var<storage, read> dt_bias: array<f32>;    // [heads]
@group(0) @binding(5) var<storage, read> D: array<f32>;          // [heads]
@group(0) @binding(6) var<storage, read_write> weights: array<vec4f>; // [batch, heads, chunks, CHUNK + 2, QUADS]
@group(0) @binding(7) var<uniform> u: Uniforms;

const QUADS: u32 = CHUNK / 4u;

var<workgroup> steps: array<vec4f, QUADS>;
var<workgroup> decays: array<vec4f, QUADS>; // exp(dt A) of each token; 1 past the end

// Products from the quad's start up to each token, and from behind each token to the quad's end.
fn prefix(e: vec4f) -> vec4f { return vec4f(e.x, e.x * e.y, e.x * e.y * e.z, e.x * e.y * e.z * e.w); }
fn suffix(e: vec4f) -> vec4f { return vec4f(e.y * e.z * e.w, e.z * e.w, e.w, 1.0); }
fn product4(e: vec4f) -> f32 { return e.x * e.y * e.z * e.w; }

// Product of the decays of quads [begin, end).
fn between(begin: u32, end: u32) -> f32 {
  var all = vec4f(1.0);
  for (var q = begin; q < end; q++) { all *= decays[q]; }
  return product4(all);
}

@compute @workgroup_size(QUADS * QUADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroup_index(workgroup, count);
  if (index >= u.workgroups) { return; }
  let chunk = index % u.chunks;
  let group = index / u.chunks;
  let row = local / QUADS;
  let column = local % QUADS;

  // Column: t, row: j. Tokens past the end read the last one: their steps are 0.
  var pairs = mat4x4f();
  if (column <= row) {
    let last = vec4u(u.n - 1u);
    let t = (vec4u(group * u.n) + min(vec4u(0u, 1u, 2u, 3u) + chunk * CHUNK + row * 4u, last)) * u.state_quads;
    let j = (vec4u(group * u.n) + min(vec4u(0u, 1u, 2u, 3u) + chunk * CHUNK + column * 4u, last)) * u.state_quads;
    for (var e = 0u; e < u.state_quads; e++) {
      let c = mat4x4f(unpack(C[t.x + e]), unpack(C[t.y + e]), unpack(C[t.z + e]), unpack(C[t.w + e]));
      let b = mat4x4f(unpack(B[j.x + e]), unpack(B[j.y + e]), unpack(B[j.z + e]), unpack(B[j.w + e]));
      pairs += transpose(b) * c;
    }
  }

  for (var i = 0u; i < u.group_heads; i++) {
    let flat_head = group * u.group_heads + i;
    let head = flat_head % u.heads;
    if (local < QUADS) {
      let first = chunk * CHUNK + local * 4u;
      var step = vec4f();
      if (first < u.n) {
        var bias = 0.0;
        if (DT_BIAS) { bias = dt_bias[head]; }
        let exists = vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(u.n);
        step = select(vec4f(), time_step(unpack(dt[flat_head * u.token_quads + first / 4u]), vec4f(bias)), exists);
      }
      steps[local] = step;
      decays[local] = exp2(step * A[head] * LOG2_E);
    }
    workgroupBarrier();

    let e = decays[row];
    var own = mat4x4f(); // decay from j to t
    if (column < row) {
      let to = prefix(e) * between(column + 1u, row);
      let from_each = suffix(decays[column]);
      own = mat4x4f(from_each * to.x, from_each * to.y, from_each * to.z, from_each * to.w);
    } else if (column == row) {
      own = mat4x4f(
        vec4f(1.0, 0.0, 0.0, 0.0),
        vec4f(e.y, 1.0, 0.0, 0.0),
        vec4f(e.y * e.z, e.z, 1.0, 0.0),
        vec4f(e.y * e.z * e.w, e.z * e.w, e.w, 1.0));
    }
    var skip = vec4f();
    if (SKIP && column == row) { skip = vec4f(D[head]); }
    let step = steps[column];
    let to = (flat_head * u.chunks + chunk) * (CHUNK + 2u) * QUADS;
    let at = to + row * 4u * QUADS + column;
    weights[at] = pairs[0] * own[0] * step + skip * vec4f(1.0, 0.0, 0.0, 0.0);
    weights[at + QUADS] = pairs[1] * own[1] * step + skip * vec4f(0.0, 1.0, 0.0, 0.0);
    weights[at + 2u * QUADS] = pairs[2] * own[2] * step + skip * vec4f(0.0, 0.0, 1.0, 0.0);
    weights[at + 3u * QUADS] = pairs[3] * own[3] * step + skip * vec4f(0.0, 0.0, 0.0, 1.0);
    if (column == 0u) {
      weights[to + CHUNK * QUADS + row] = steps[row] * suffix(e) * between(row + 1u, QUADS);
      weights[to + (CHUNK + 1u) * QUADS + row] = prefix(e) * between(0u, row);
    }
    workgroupBarrier();
  }
}
