// Makes one element of q easier once y has been written. One workgroup: nobody reads q any more.
@group(0) @binding(0) var<storage, read_write> q: array<f32>;
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
  let is_later = !is_poison(y[at]);
  y[at] = attended(at);
  storageBarrier();
  if (at == 0u && is_later) { q[0] = 0.0; }
}
