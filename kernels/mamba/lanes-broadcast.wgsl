// A lane loads one quad in four of B and C and gets the others from its neighbours: every subgroup has four lanes at least. For that a
// workgroup has one chunk of one batch element, and no lane leaves before the others.
struct Me {
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) in_subgroup: u32,
}

fn place_of(workgroup: u32, me: Me) -> Place {
  let groups = (u.quads + WORKGROUP - 1u) / WORKGROUP;
  let quad = workgroup % groups * WORKGROUP + me.local;
  let span = workgroup / groups;
  return Place(min(quad, u.quads - 1u), min(span, u.spans - 1u), quad < u.quads && span < u.spans);
}

fn loads_at(s: u32) -> bool { return s % 4u == 0u; }
fn held_quad(me: Me, s: u32) -> u32 { return min(s + me.in_subgroup % 4u, STATE_QUADS - 1u); }
fn passed(held: vec4<f32>, s: u32) -> vec4<f32> { return subgroupShuffle(held, s % 4u); }
