// What both implementations know of a row.

// Below every score, and finite: a compiler may assume that there are no infinities. Hidden scores lie below the first maximum, so
// that their weight is 0 even in a row that sees nothing.
const FIRST_TOP: f32 = -1e30;
const HIDDEN: f32 = -2e30;

// Row r of a KV head is query r % n of its query head r / n. Rows past the end read the last row; what they give is not stored.
fn query(row: u32, e: u32) -> vec4f { return unpack(q[min(row, u.all_rows - 1u) * u.d_quads + e]) * u.scale; }
fn seen_keys(row: u32) -> u32 { return visible_keys(row % u.n, u.m, u.lead, u.lag); }
