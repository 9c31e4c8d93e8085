// Reads workgroup memory, eight words a round, neighbours beside each other.
@group(0) @binding(0) var<storage, read_write> result: array<u32>;
@group(0) @binding(1) var<uniform> uniforms: Uniforms;

var<workgroup> tile: array<Word, TILE>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let stride = uniforms.one * WORKGROUP;
  for (var index = local; index < TILE; index += WORKGROUP) { tile[index] = word(index) * Word(2654435761u); }
  workgroupBarrier();
  var at = local;
  var state = Word(0u);
  for (var round = 0u; round < uniforms.rounds; round++) {
    state = (state ^ tile[at % TILE]) + Word(round);
    state ^= tile[(at + stride) % TILE];
    state ^= tile[(at + 2u * stride) % TILE];
    state ^= tile[(at + 3u * stride) % TILE];
    state ^= tile[(at + 4u * stride) % TILE];
    state ^= tile[(at + 5u * stride) % TILE];
    state ^= tile[(at + 6u * stride) % TILE];
    state ^= tile[(at + 7u * stride) % TILE];
    at += 8u * stride + uniforms.one;
  }
  result[workgroup_index(group, groups) * WORKGROUP + local] = sum(state);
}
