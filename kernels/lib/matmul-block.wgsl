// What a lane holds of a product: four rows x 16 columns. Column of a matrix: column of the product; row of a matrix: row of it.
struct Block { a: mat4x4f, b: mat4x4f, c: mat4x4f, d: mat4x4f }

// One number for each of a lane's columns of a step.
struct Numbers { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

fn largest_columns(s: mat4x4f) -> vec4f { return max(max(s[0], s[1]), max(s[2], s[3])); }
fn sum_columns(s: mat4x4f) -> vec4f { return (s[0] + s[1]) + (s[2] + s[3]); }
fn scale_rows(s: mat4x4f, rows: vec4f) -> mat4x4f { return mat4x4f(s[0] * rows, s[1] * rows, s[2] * rows, s[3] * rows); }
fn scale_columns(s: mat4x4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(s[0] * columns.x, s[1] * columns.y, s[2] * columns.z, s[3] * columns.w);
}

// The lane's own largest of each row, and its own sum of each row: across_largest and across_sum make them the rows' own.
fn largest_of(s: Block) -> vec4f {
  return max(max(largest_columns(s.a), largest_columns(s.b)), max(largest_columns(s.c), largest_columns(s.d)));
}
fn sum_of(s: Block) -> vec4f {
  return (sum_columns(s.a) + sum_columns(s.b)) + (sum_columns(s.c) + sum_columns(s.d));
}

// Sums over the lane's own columns, each times its number.
fn weighted_sum_of(s: Block, by: Numbers) -> vec4f { return (s.a * by.a + s.b * by.b) + (s.c * by.c + s.d * by.d); }
