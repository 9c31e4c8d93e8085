// Runs chains of one operation: what the adapter's arithmetic can do at most, with no memory in its way.
@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@group(0) @binding(1) var<uniform> uniforms: Uniforms;

fn four_steps(s: State, operands: Operands) -> State { return step(step(step(step(s, operands), operands), operands), operands); }
fn sixteen_steps(s: State, operands: Operands) -> State {
  return four_steps(four_steps(four_steps(four_steps(s, operands), operands), operands), operands);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let id = workgroup_index(group, groups) * WORKGROUP + local;
  let operands = operands_of(uniforms.one);
  var state = start(id % 16u);
  for (var round = 0u; round < uniforms.rounds; round++) {
    if (UNROLL == 16u) { state = sixteen_steps(state, operands); } else { state = four_steps(state, operands); }
  }
  result[id] = bitcast<u32>(total(state));
}
