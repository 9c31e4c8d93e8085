// For tile.wgsl and split.wgsl: rows of a unit over a range of keys. A unit is what shares keys and a mask: a head, or without a
// causal mask all heads of a group, whose rows lie one after the other.

// Rows `first` up to `first` + rows.count of their unit, over the keys [begin, end).
fn attend_range(state: ptr<function, Running>, rows: Queries, first: u32, key_row: u32, begin: u32, end: u32, lane: u32) {
  for (var key = begin; key < end; key += KEYS) {
    for (var at = lane; at < KEYS; at += LANES) {
      var slot = no_slot;
      if (key + at < end) {
        // The first row that sees this key: visible_keys(row) > key, solved for the row.
        let reach = key + at + u.lag;
        let row = reach - min(reach, u.lead);
        slot = Slot(key + at, row - min(row, first), ROWS);
      }
      slots[at] = slot;
    }
    attend(state, rows, key_row, min(KEYS, end - key), lane);
  }
}

// Keys that some row of the tile sees.
fn visible_end(first: u32, count: u32) -> u32 { return visible_keys(first + count - 1u, u.m, u.lead, u.lag); }
