// How many keys query i sees, counted from key 0: all m (lead = m, lag = 0); up to its own position (0, 0); or up to it with the
// last query seeing the last key (m, n). Never more than m, so it bounds the tail of the keys as well.
fn visible_keys(i: u32, m: u32, lead: u32, lag: u32) -> u32 {
  let reach = i + 1u + lead;
  return min(m, reach - min(reach, lag));
}

// Stands for a score of minus infinity: WGSL may assume that there are no infinities.
const MASKED: f32 = -3e38;
