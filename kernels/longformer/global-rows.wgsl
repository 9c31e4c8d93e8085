// The global rows over all keys, with their own projections, SPLIT keys a workgroup.
@group(0) @binding(0) var<storage, read> q: array<quad>;          // [batch, heads, globals, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;          // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;          // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read> positions: array<u32>;   // [globals]
@group(0) @binding(4) var<storage, read_write> partial_output: array<vec4<f32>>; // [batch, heads, splits, globals, dv / 4]
@group(0) @binding(5) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, globals]
@group(0) @binding(6) var<uniform> u: Uniforms;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let first = at % u.tiles * ROWS;
  let split = at / u.tiles % u.splits;
  let head = at / (u.tiles * u.splits);
  let rows = Queries(head * u.globals + first, 1u, min(ROWS, u.globals - first));
  let keys = head / u.group * u.n;

  var to = min(u.n, (split + 1u) * u.split);
  if (u.causal != 0u) { to = min(to, positions[first + rows.count - 1u] + 1u); }
  var state = start(rows, lane);
  for (var begin = split * u.split; begin < to; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      let key = begin + slot;
      var filled = no_slot;
      if (key < to) {
        filled = Slot(key, 0u, ROWS);
        if (u.causal != 0u) { filled.rows_from = max(globals_before(key), first) - first; }
      }
      slots[slot] = filled;
    }
    attend(&state, rows, keys, min(KEYS, to - begin), lane);
  }
  let target_row = (head * u.splits + split) * u.globals + first;
  finish(&state, Queries(target_row, 1u, rows.count), lane);
}
