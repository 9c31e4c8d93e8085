// Adds products of ones to matrices that start as zeros, so that each element counts the steps times the depth.
@group(0) @binding(0) var<storage, read_write> ones: array<Element>;
@group(0) @binding(1) var<storage, read_write> result: array<ResultElement>;
@group(0) @binding(2) var<uniform> uniforms: Uniforms;

alias Left = subgroup_matrix_left<Element, DEPTH, ROWS>;
alias Right = subgroup_matrix_right<Element, COLUMNS, DEPTH>;
alias Product = subgroup_matrix_result<ResultElement, COLUMNS, ROWS>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let left = subgroupMatrixLoad<Left, row_major>(&ones, 0u, DEPTH);
  let right = subgroupMatrixLoad<Right, row_major>(&ones, 0u, COLUMNS);
  var a = Product();
  var b = Product();
  var c = Product();
  var d = Product();
  for (var round = 0u; round < uniforms.rounds; round++) {
    a = subgroupMatrixMultiplyAccumulate(left, right, a);
    b = subgroupMatrixMultiplyAccumulate(left, right, b);
    c = subgroupMatrixMultiplyAccumulate(left, right, c);
    d = subgroupMatrixMultiplyAccumulate(left, right, d);
    a = subgroupMatrixMultiplyAccumulate(left, right, a);
    b = subgroupMatrixMultiplyAccumulate(left, right, b);
    c = subgroupMatrixMultiplyAccumulate(left, right, c);
    d = subgroupMatrixMultiplyAccumulate(left, right, d);
  }
  let size = ROWS * COLUMNS;
  let first = workgroup_index(group, groups) * 4u * size;
  subgroupMatrixStore<row_major>(&result, first, a, COLUMNS);
  subgroupMatrixStore<row_major>(&result, first + size, b, COLUMNS);
  subgroupMatrixStore<row_major>(&result, first + 2u * size, c, COLUMNS);
  subgroupMatrixStore<row_major>(&result, first + 3u * size, d, COLUMNS);
}
