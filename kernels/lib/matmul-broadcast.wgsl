// Lanes of a product by subgroup broadcast: a lane owns four rows of the tile and all its columns, so that nothing is ever exchanged
// but what every lane needs: it is loaded once a subgroup and broadcast. WIDTH is the smallest subgroup that the adapter makes
// (or the workgroup), so that the first WIDTH lanes are always there.
const STEP: u32 = 16u;
const COLUMN_GROUPS: u32 = 1u;

struct Lane {
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) in_subgroup: u32,
}

fn own_row(me: Lane) -> u32 { return me.local * 4u; }
fn own_column(me: Lane) -> u32 { return 0u; }
fn own_quad(me: Lane, i: u32) -> u32 { return i; }

fn across_largest(me: Lane, rows: vec4f) -> vec4f { return rows; }
fn across_sum(me: Lane, rows: vec4f) -> vec4f { return rows; }
