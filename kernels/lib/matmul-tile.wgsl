// Lanes of a product by workgroup memory, without subgroups: 32 lanes stand as 8 x 4, and each owns four rows and, of every 64 columns,
// 16 that lie together.
const STEP: u32 = 64u;
const COLUMN_GROUPS: u32 = 4u;
const ROW_GROUPS: u32 = LANES / COLUMN_GROUPS;

struct Lane { @builtin(local_invocation_index) local: u32 }

fn own_row(me: Lane) -> u32 { return me.local / COLUMN_GROUPS * 4u; }
fn own_column(me: Lane) -> u32 { return me.local % COLUMN_GROUPS * 16u; }
fn own_quad(me: Lane, i: u32) -> u32 { return i / 4u * 16u + me.local % COLUMN_GROUPS * 4u + i % 4u; }

var<workgroup> told: array<vec4f, 2u * LANES>; // for the largest, then for the sum

// What a call reads is safe from the next call of the same function because a product stands between them.
fn across_largest(me: Lane, rows: vec4f) -> vec4f {
  told[me.local] = rows;
  workgroupBarrier();
  let first = me.local / COLUMN_GROUPS * COLUMN_GROUPS;
  return max(max(told[first], told[first + 1u]), max(told[first + 2u], told[first + 3u]));
}
fn across_sum(me: Lane, rows: vec4f) -> vec4f {
  told[LANES + me.local] = rows;
  workgroupBarrier();
  let first = LANES + me.local / COLUMN_GROUPS * COLUMN_GROUPS;
  return (told[first] + told[first + 1u]) + (told[first + 2u] + told[first + 3u]);
}
