// Walks over a buffer, eight words a round: all invocations side by side (PATTERN 0), the invocations of each workgroup side by
// side through a piece of its own (1), or each invocation through a piece of its own (2). Past the end of the buffer it goes
// on at its beginning.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let index = workgroup_index(group, groups);
  let id = index * WORKGROUP + local;
  let piece = uniforms.lap * 8u;
  let strides = vec3<u32>(groups.x * groups.y * WORKGROUP, WORKGROUP, 1u);
  let starts = vec3<u32>(id, index * WORKGROUP * piece + local, id * piece);
  let stride = strides[PATTERN];
  let mask = uniforms.mask;
  var at = starts[PATTERN];
  var state = Word(0u);
  for (var round = 0u; round < uniforms.rounds; round++) {
    state = visit(state, at & mask);
    state = visit(state, (at + stride) & mask);
    state = visit(state, (at + 2u * stride) & mask);
    state = visit(state, (at + 3u * stride) & mask);
    state = visit(state, (at + 4u * stride) & mask);
    state = visit(state, (at + 5u * stride) & mask);
    state = visit(state, (at + 6u * stride) & mask);
    state = visit(state, (at + 7u * stride) & mask);
    at += 8u * stride;
  }
  finish(id, state);
}
