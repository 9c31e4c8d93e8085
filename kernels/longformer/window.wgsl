// Every row over its window and the global columns. A workgroup takes ROWS rows of one residue class i mod dilation: counted in
// steps of the dilation, their window is contiguous. Global rows are answered too, and written over by the passes that follow.
@group(0) @binding(0) var<storage, read> q: array<quad>;          // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;          // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;          // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read> positions: array<u32>;   // [globals]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;    // [batch, heads, n, dv / 4]
@group(0) @binding(5) var<uniform> u: Uniforms;

// One residue class in steps of the dilation: the tile's first step, and how many steps the class has.
struct Strand { residue: u32, first: u32, length: u32 }

// The key at a step, unless it is global: then it is a column of its own.
fn window_slot(strand: Strand, step: u32) -> Slot {
  let key = strand.residue + u.dilation * step;
  let found = globals_before(key);
  if (found < u.globals && positions[found] == key) { return no_slot; }
  var rows_from = max(step, strand.first + u.window) - u.window - strand.first;
  if (u.causal != 0u) { rows_from = max(step, strand.first) - strand.first; }
  return Slot(key, rows_from, step + u.window + 1u - strand.first);
}

fn global_slot(strand: Strand, index: u32) -> Slot {
  let key = positions[index];
  let first = strand.residue + u.dilation * strand.first;
  if (u.causal == 0u || key <= first) { return Slot(key, 0u, ROWS); }
  return Slot(key, (key - first + u.dilation - 1u) / u.dilation, ROWS);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let residue = at / u.tiles % u.dilation;
  let head = at / (u.tiles * u.dilation);
  let strand = Strand(residue, at % u.tiles * ROWS, (u.n - residue + u.dilation - 1u) / u.dilation);
  if (strand.first >= strand.length) { return; }
  let count = min(ROWS, strand.length - strand.first);
  let rows = Queries(head * u.n + residue + u.dilation * strand.first, u.dilation, count);
  let keys = head / u.group * u.n;

  let window_from = max(strand.first, u.window) - u.window;
  var window_to = strand.first + count;
  if (u.causal == 0u) { window_to = min(window_to + u.window, strand.length); }
  let in_window = window_to - window_from;
  let total = in_window + u.globals;

  var state = start(rows, lane);
  for (var begin = 0u; begin < total; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      let index = begin + slot;
      var filled = no_slot;
      if (index < in_window) {
        filled = window_slot(strand, window_from + index);
      } else if (index < total) {
        filled = global_slot(strand, index - in_window);
      }
      slots[slot] = filled;
    }
    attend(&state, rows, keys, min(KEYS, total - begin), lane);
  }
  finish(&state, rows, lane);
}
