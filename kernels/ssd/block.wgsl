// A lane's part of a product: eight rows (tokens, or state components) by eight columns of x, in blocks of 4 x 4. Nothing is shared
// between lanes, so it runs without subgroups and without barriers; each quad that is loaded takes part in 32 multiply-adds.
struct Block { aa: mat4x4f, ab: mat4x4f, ba: mat4x4f, bb: mat4x4f } // column: row of the result, row: column of x

// Where a lane works: the rows are 8 * block and on, the columns two quads from column on.
struct Lane { chunk: u32, head: u32, block: u32, column: u32 }

fn lane_of(index: u32) -> Lane {
  let columns = (u.d_quads + 1u) / 2u;
  let rest = index / columns;
  let span = rest / u.blocks;
  return Lane(span % u.chunks, span / u.chunks, rest % u.blocks, index % columns * 2u);
}

// left: four terms of four columns each, a and b side by side; right: the same four terms of eight rows.
fn add(sum: Block, left_a: mat4x4f, left_b: mat4x4f, right_a: mat4x4f, right_b: mat4x4f) -> Block {
  return Block(
    sum.aa + left_a * right_a, sum.ab + left_a * right_b,
    sum.ba + left_b * right_a, sum.bb + left_b * right_b);
}

// Four tokens of x from t on, their quads at `column`. Tokens past the end give the last one.
fn tokens_of(head: u32, t: u32, column: u32) -> mat4x4f {
  let at = (vec4u(head * u.n) + min(vec4u(t, t + 1u, t + 2u, t + 3u), vec4u(u.n - 1u))) * u.d_quads
    + min(column, u.d_quads - 1u);
  return mat4x4f(unpack(x[at.x]), unpack(x[at.y]), unpack(x[at.z]), unpack(x[at.w]));
}

fn scaled(m: mat4x4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * columns.x, m[1] * columns.y, m[2] * columns.z, m[3] * columns.w);
}
