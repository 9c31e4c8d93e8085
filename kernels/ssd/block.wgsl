// A lane's part of a product: eight rows (tokens, or state components) by eight columns of x, in blocks of 4 x 4, one term after the
// other. Nothing is shared between lanes, so it runs without subgroups and without barriers. Terms are loops to a uniform:
// compilers take seconds for each copy of the product that they unroll.
struct Block { aa: mat4x4f, ab: mat4x4f, ba: mat4x4f, bb: mat4x4f } // column: row of the result, row: column of x

// Where a lane works: the rows are 8 * block and on, the columns two quads from column on.
struct Lane { chunk: u32, head: u32, block: u32, column: u32 }

fn lane_of(index: u32) -> Lane {
  let columns = (u.d_quads + 1u) / 2u;
  let rest = index / columns;
  let span = rest / u.blocks;
  return Lane(span % u.chunks, span / u.chunks, rest % u.blocks, index % columns * 2u);
}

fn outer(columns: vec4f, rows: vec4f) -> mat4x4f {
  return mat4x4f(columns * rows.x, columns * rows.y, columns * rows.z, columns * rows.w);
}

// One term: of the columns of x, a and b side by side, and of the rows.
fn add(sum: Block, columns_a: vec4f, columns_b: vec4f, rows_a: vec4f, rows_b: vec4f) -> Block {
  return Block(
    sum.aa + outer(columns_a, rows_a), sum.ab + outer(columns_a, rows_b),
    sum.ba + outer(columns_b, rows_a), sum.bb + outer(columns_b, rows_b));
}

// The next term first. Matrices in registers cannot be indexed, but they can be turned.
fn turned(m: mat4x4f) -> mat4x4f { return mat4x4f(m[1], m[2], m[3], m[0]); }

fn turned_block(b: Block) -> Block { return Block(turned(b.aa), turned(b.ab), turned(b.ba), turned(b.bb)); }

// Where the two quads of a token's row of x lie. Tokens past the end give the last one, quads past the end the last one.
fn x_at(lane: Lane, t: u32) -> vec2u {
  return (lane.head * u.n + min(t, u.n - 1u)) * u.d_quads + columns_of(lane);
}
fn columns_of(lane: Lane) -> vec2u { return min(vec2u(lane.column, lane.column + 1u), vec2u(u.d_quads - 1u)); }
