// scores = scale Q K^T, masked. A thread holds 4 queries x 4 keys; a workgroup 32 x 32.
@group(0) @binding(0) var<storage, read> q: array<quad>;             // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;             // [batch, kvHeads, m, d / 4]
@group(0) @binding(2) var<storage, read_write> scores: array<vec4f>; // [batch, heads, n, m / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

fn store(head: u32, i: u32, j: u32, products: vec4f) {
  if (i >= u.n) { return; }
  let seen = vec4u(j, j + 1u, j + 2u, j + 3u) < vec4u(visible_keys(i, u.m, u.lead, u.lag));
  scores[(head * u.n + i) * u.m_quads + j / 4u] = select(vec4f(MASKED), products * u.scale, seen);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = workgroup_index(workgroup, count);
  let head = tile / (u.row_tiles * u.key_tiles);
  let i = (tile / u.key_tiles % u.row_tiles * 8u + local / 8u) * 4u;
  let j = (tile % u.key_tiles * 8u + local % 8u) * 4u;
  if (head >= u.heads || i >= u.n || j >= u.m) { return; }

  // Rows past the end read the last row; what they give is not stored.
  let rows = (vec4u(head * u.n) + min(vec4u(i, i + 1u, i + 2u, i + 3u), vec4u(u.n - 1u))) * u.d_quads;
  let keys = (vec4u(head / u.group * u.m) + min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(u.m - 1u))) * u.d_quads;
  var s = mat4x4f(); // column: query, row: key
  for (var e = 0u; e < u.d_quads; e++) {
    let queries = mat4x4f(unpack(q[rows.x + e]), unpack(q[rows.y + e]), unpack(q[rows.z + e]), unpack(q[rows.w + e]));
    let tile_keys = mat4x4f(unpack(k[keys.x + e]), unpack(k[keys.y + e]), unpack(k[keys.z + e]), unpack(k[keys.w + e]));
    s += transpose(tile_keys) * queries;
  }
  store(head, i, j, s[0]);
  store(head, i + 1u, j, s[1]);
  store(head, i + 2u, j, s[2]);
  store(head, i + 3u, j, s[3]);
}
