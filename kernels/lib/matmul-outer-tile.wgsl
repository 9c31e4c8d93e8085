// Sums of outer products, weights of the tile's rows times rows of values, for matmul-tile.wgsl. The weights of all lanes and eight rows
// of values lie in workgroup memory; the sums stay in registers.
const OUTER_DEPTH: u32 = 8u;
const OUTER_STRIDE: u32 = 17u; // 16 quads of columns; the odd stride keeps rows on different banks

var<workgroup> shared_weights: array<vec4f, STEP * ROW_GROUPS>;             // [depth][row group]
var<workgroup> shared_values: array<vec4f, OUTER_DEPTH * OUTER_STRIDE>;     // [depth][quad of columns]
var<private> sums: array<mat4x4f, OUTER_QUADS / COLUMN_GROUPS>;

fn own_sum(me: Lane, i: u32) -> mat4x4f { return sums[i]; }
fn set_own_sum(me: Lane, i: u32, to: mat4x4f) { sums[i] = to; }

fn share_weights(at: u32, w: mat4x4f) {
  shared_weights[at] = w[0];
  shared_weights[at + ROW_GROUPS] = w[1];
  shared_weights[at + 2u * ROW_GROUPS] = w[2];
  shared_weights[at + 3u * ROW_GROUPS] = w[3];
}
fn weights_at(at: u32) -> mat4x4f {
  return mat4x4f(
    shared_weights[at],
    shared_weights[at + ROW_GROUPS],
    shared_weights[at + 2u * ROW_GROUPS],
    shared_weights[at + 3u * ROW_GROUPS]);
}
fn values_at(at: u32) -> mat4x4f {
  return transpose(mat4x4f(
    shared_values[at],
    shared_values[at + OUTER_STRIDE],
    shared_values[at + 2u * OUTER_STRIDE],
    shared_values[at + 3u * OUTER_STRIDE]));
}

// For the quads of columns from `first` up to `end`, both multiples of 16: sums = sums * factor + weights * values, where value(depth, e)
// is quad e of row `depth` of the values and the weights are those of the STEP depths from `start` on. Only those before `stop` count.
// Every lane calls it.
fn add_outer_products(me: Lane, weights: Block, factor: vec4f, start: u32, stop: u32, first: u32, end: u32) {
  let depths = min(STEP, stop - start);
  let row_group = me.local / COLUMN_GROUPS;
  let column_group = me.local % COLUMN_GROUPS;
  let to = own_column(me) * ROW_GROUPS + row_group;
  share_weights(to, weights.a);
  share_weights(to + 4u * ROW_GROUPS, weights.b);
  share_weights(to + 8u * ROW_GROUPS, weights.c);
  share_weights(to + 12u * ROW_GROUPS, weights.d);
  for (var panel = first; panel < end; panel += 16u) {
    let own = panel / COLUMN_GROUPS;
    var a = scale_rows(sums[own], factor);
    var b = scale_rows(sums[own + 1u], factor);
    var c = scale_rows(sums[own + 2u], factor);
    var d = scale_rows(sums[own + 3u], factor);
    for (var begin = 0u; begin < depths; begin += OUTER_DEPTH) {
      let count = min(OUTER_DEPTH, (depths - begin + 3u) / 4u * 4u);
      for (var i = me.local; i < count * 16u; i += LANES) {
        shared_values[i / 16u * OUTER_STRIDE + i % 16u] = value(start + begin + i / 16u, panel + i % 16u);
      }
      workgroupBarrier();
      for (var depth = 0u; depth < count; depth += 4u) {
        let w = weights_at((begin + depth) * ROW_GROUPS + row_group);
        let at = depth * OUTER_STRIDE + column_group * 4u;
        a += w * values_at(at);
        b += w * values_at(at + 1u);
        c += w * values_at(at + 2u);
        d += w * values_at(at + 3u);
      }
      workgroupBarrier();
    }
    sums[own] = a;
    sums[own + 1u] = b;
    sums[own + 2u] = c;
    sums[own + 3u] = d;
  }
}
