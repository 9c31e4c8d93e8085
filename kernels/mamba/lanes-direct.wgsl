// Every lane loads all of B and C itself, so that lanes of any channels, chunks and batch elements can stand in a workgroup.
struct Me { @builtin(local_invocation_index) local: u32 }

fn place_of(workgroup: u32, me: Me) -> Place {
  let index = workgroup * WORKGROUP + me.local;
  return Place(min(index, u.lanes - 1u) % u.quads, min(index, u.lanes - 1u) / u.quads, index < u.lanes);
}

fn loads_at(s: u32) -> bool { return true; }
fn held_quad(me: Me, s: u32) -> u32 { return s; }
fn passed(held: vec4<f32>, s: u32) -> vec4<f32> { return held; }
