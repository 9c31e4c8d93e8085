// y = weights V. A thread holds 4 queries x 4 dimensions; a workgroup 32 x 32.
@group(0) @binding(0) var<storage, read> weights: array<vec4f>;   // [batch, heads, n, m / 4]
@group(0) @binding(1) var<storage, read> v: array<quad>;          // [batch, kvHeads, m, dv / 4]
@group(0) @binding(2) var<storage, read_write> y: array<quad>;    // [batch, heads, n, dv / 4]
@group(0) @binding(3) var<uniform> u: Uniforms;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = workgroup_index(workgroup, count);
  let head = tile / (u.row_tiles * u.column_tiles);
  let i = (tile / u.column_tiles % u.row_tiles * 8u + local / 8u) * 4u;
  let column = tile % u.column_tiles * 8u + local % 8u;
  if (head >= u.heads || i >= u.n || column >= u.dv_quads) { return; }

  let first = head * u.n + i;
  let rows = (vec4u(head * u.n) + min(vec4u(i, i + 1u, i + 2u, i + 3u), vec4u(u.n - 1u))) * u.m_quads;
  let values = head / u.group * u.m;
  var sum = mat4x4f(); // column: query, row: dimension
  for (var at = 0u; at < u.m_quads; at++) {
    // Keys past the end have weight 0 and read the last value.
    let keys = (values + min(vec4u(0u, 1u, 2u, 3u) + at * 4u, vec4u(u.m - 1u))) * u.dv_quads + column;
    let tile_values = mat4x4f(unpack(v[keys.x]), unpack(v[keys.y]), unpack(v[keys.z]), unpack(v[keys.w]));
    let shares = mat4x4f(weights[rows.x + at], weights[rows.y + at], weights[rows.z + at], weights[rows.w + at]);
    sum += tile_values * shares;
  }
  let left = u.n - i;
  let to = first * u.dv_quads + column;
  y[to] = pack(sum[0]);
  if (left > 1u) { y[to + u.dv_quads] = pack(sum[1]); }
  if (left > 2u) { y[to + 2u * u.dv_quads] = pack(sum[2]); }
  if (left > 3u) { y[to + 3u * u.dv_quads] = pack(sum[3]); }
}
