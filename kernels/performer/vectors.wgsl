// What keys.wgsl and queries.wgsl need of single vectors: |x|^2 / 2 of every query and key, in the exponent's units, and the sum of v
// over each chunk of keys. CAUSAL: v also joins the state, a row a key behind those of the features. One lane a number (a quad of v).
@group(0) @binding(0) var<storage, read> q: array<quad>;                      // [batch * heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;                      // [batch * heads, m, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;                      // [batch * heads, m, dv / 4]
@group(0) @binding(3) var<storage, read_write> query_halves: array<f32>;      // [batch * heads, n to a quad]
@group(0) @binding(4) var<storage, read_write> key_halves: array<f32>;        // [batch * heads, m to a quad]
@group(0) @binding(5) var<storage, read_write> value_sums: array<vec4f>;      // [batch * heads, chunks, dv / 4]
@group(0) @binding(6) var<storage, read_write> state: array<vec4f>;           // [batch * heads, chunks, rows, width]
@group(0) @binding(7) var<uniform> u: Uniforms;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  var lane = workgroup_index(workgroup, count) * 64u + local;
  let padded_n = (u.n + 3u) / 4u * 4u;
  let padded_m = (u.m + 3u) / 4u * 4u;
  if (lane < u.heads * padded_n) {
    let row = lane / padded_n * u.n + min(lane % padded_n, u.n - 1u);
    var square = 0.0;
    for (var e = 0u; e < u.d_quads; e++) {
      let x = unpack(q[row * u.d_quads + e]);
      square += dot(x, x);
    }
    query_halves[lane] = square * u.half_square;
    return;
  }
  lane -= u.heads * padded_n;
  if (lane < u.heads * padded_m) {
    let row = lane / padded_m * u.m + min(lane % padded_m, u.m - 1u);
    var square = 0.0;
    for (var e = 0u; e < u.d_quads; e++) {
      let x = unpack(k[row * u.d_quads + e]);
      square += dot(x, x);
    }
    key_halves[lane] = square * u.half_square;
    return;
  }
  lane -= u.heads * padded_m;
  if (lane >= u.heads * u.chunks * u.dv_quads) { return; }
  let column = lane % u.dv_quads;
  let chunk = lane / u.dv_quads % u.chunks;
  let head = lane / u.dv_quads / u.chunks;
  var sum = vec4f();
  let to = ((head * u.chunks + chunk) * u.rows + u.features + 1u) * u.width + column;
  let first = chunk * u.chunk;
  for (var j = 0u; j < min(u.chunk, u.m - first); j++) {
    let x = unpack(v[(head * u.m + first + j) * u.dv_quads + column]);
    sum += x;
    if (CAUSAL) { state[to + j * u.width] = x; }
  }
  value_sums[lane] = sum;
}
