// One pipeline for two passes, because compiling it takes longer than either. Every row over its window and the global columns (u.whole): a
// workgroup takes ROWS rows of one residue class i mod dilation, whose window, counted in steps of the dilation, is contiguous. Global
// rows are answered too, and written over by the passes that follow: the global rows over all keys, with their own
// projections as q, k and v, u.split keys a workgroup.
@group(0) @binding(0) var<storage, read> q: array<quad>;          // [batch, heads, n or globals, d / 4]
@group(0) @binding(1) var<storage, read> k: array<quad>;          // [batch, kvHeads, n, d / 4]
@group(0) @binding(2) var<storage, read> v: array<quad>;          // [batch, kvHeads, n, dv / 4]
@group(0) @binding(3) var<storage, read> positions: array<u32>;   // [globals]
@group(0) @binding(4) var<storage, read_write> y: array<quad>;    // [batch, heads, n, dv / 4]
@group(0) @binding(5) var<storage, read_write> partial_output: array<vec4<f32>>; // [batch, heads, splits, globals, dv / 4]
@group(0) @binding(6) var<storage, read_write> partial_stats: array<vec2<f32>>;  // [batch, heads, splits, globals]
@group(0) @binding(7) var<uniform> u: Uniforms;

// One residue class in steps of the dilation: the tile's first step, and how many steps the class has.
struct Strand { residue: u32, first: u32, length: u32 }
var<private> own_strand: Strand;

// The key at a step, unless it is global: then it is a column of its own.
fn window_slot(step: u32) -> Slot {
  let strand = own_strand;
  let key = strand.residue + u.dilation * step;
  let found = globals_before(key);
  if (found < u.globals && positions[found] == key) { return no_slot; }
  var rows_from = max(step, strand.first + u.window) - u.window - strand.first;
  if (u.causal != 0u) { rows_from = max(step, strand.first) - strand.first; }
  return Slot(key, rows_from, step + u.window + 1u - strand.first);
}

fn global_slot(index: u32) -> Slot {
  let strand = own_strand;
  let key = positions[index];
  let first = strand.residue + u.dilation * strand.first;
  if (u.causal == 0u || key <= first) { return Slot(key, 0u, ROWS); }
  return Slot(key, (key - first + u.dilation - 1u) / u.dilation, ROWS);
}

// What a workgroup does: its rows in q and in what it stores; the first of its keys (a step of the strand, or a position), how many of
// them there are, and how many with the global columns behind them.
struct Task { rows: Queries, target_row: u32, first_key: u32, in_line: u32, keys: u32 }

fn window_rows(index: u32, head: u32) -> Task {
  let residue = index / u.tiles;
  let strand = Strand(residue, index % u.tiles * ROWS, (u.n - residue + u.dilation - 1u) / u.dilation);
  own_strand = strand;
  if (strand.first >= strand.length) { return Task(); }
  let count = min(ROWS, strand.length - strand.first);
  let row = head * u.n + residue + u.dilation * strand.first;
  let from_step = max(strand.first, u.window) - u.window;
  var to_step = strand.first + count;
  if (u.causal == 0u) { to_step = min(to_step + u.window, strand.length); }
  return Task(Queries(row, u.dilation, count), row, from_step, to_step - from_step, to_step - from_step + u.globals);
}

fn global_rows(index: u32, head: u32) -> Task {
  let first = index % u.tiles * ROWS;
  let split = index / u.tiles;
  let count = min(ROWS, u.globals - first);
  let from_key = split * u.split;
  var to_key = min(u.n, from_key + u.split);
  if (u.causal != 0u) { to_key = min(to_key, positions[first + count - 1u] + 1u); }
  let keys = max(to_key, from_key) - from_key;
  own_strand.first = first;
  return Task(
    Queries(head * u.globals + first, 1u, count), (head * u.splits + split) * u.globals + first, from_key, keys, keys);
}

// Of a global row's keys: which of the tile's rows see it.
fn line_slot(key: u32) -> Slot {
  if (u.causal == 0u) { return Slot(key, 0u, ROWS); }
  let first = own_strand.first;
  return Slot(key, max(globals_before(key), first) - first, ROWS);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(workgroup, groups);
  if (at >= u.workgroups) { return; }
  let head = at / u.per_head;
  var task = Task();
  if (u.whole != 0u) { task = window_rows(at % u.per_head, head); } else { task = global_rows(at % u.per_head, head); }
  if (task.rows.count == 0u) { return; }
  let keys = head / u.group * u.n;

  var state = start(task.rows, lane);
  for (var begin = 0u; begin < task.keys; begin += KEYS) {
    for (var slot = lane; slot < KEYS; slot += LANES) {
      let index = begin + slot;
      var filled = no_slot;
      if (index < task.in_line) {
        if (u.whole != 0u) { filled = window_slot(task.first_key + index); } else { filled = line_slot(task.first_key + index); }
      } else if (index < task.keys) {
        filled = global_slot(index - task.in_line);
      }
      slots[slot] = filled;
    }
    attend(&state, task.rows, keys, min(KEYS, task.keys - begin), lane);
  }
  finish(&state, Queries(task.target_row, task.rows.step, task.rows.count), lane);
}
