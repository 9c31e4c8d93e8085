// The global positions, sorted: how many of them lie before `position`.
fn globals_before(position: u32) -> u32 {
  var begin = 0u;
  var to = u.globals;
  while (begin < to) {
    let middle = (begin + to) / 2u;
    if (positions[middle] < position) { begin = middle + 1u; } else { to = middle; }
  }
  return begin;
}
