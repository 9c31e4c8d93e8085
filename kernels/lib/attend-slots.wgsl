// What both attention tiles, attend.wgsl and attend-lanes.wgsl, take from the shader that includes them.

// Below every score, and finite: a compiler may assume that there are no infinities. Hidden scores lie below the first maximum,
// so that their weight is zero even in a row that has seen nothing yet.
const FIRST_MAXIMUM: f32 = -1e30;
const HIDDEN: f32 = -2e30;

// A key by its row in this head's k and v, and the tile's rows [rows_from, rows_to) that see it.
struct Slot { key: u32, rows_from: u32, rows_to: u32 }
const no_slot = Slot(0u, 0u, 0u);

// Tile row r is row first + step * r of q and y; only the first `count` exist.
struct Queries { first: u32, step: u32, count: u32 }
