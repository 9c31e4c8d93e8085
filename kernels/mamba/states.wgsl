// What each chunk of time adds to the state, starting from zero, and how much time it spans. The product of a chunk's decays is
// exp(A times the sum of its steps), so one number a channel is enough.
@group(0) @binding(0) var<storage, read> x: array<quad>;                       // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> delta: array<quad>;                   // [batch, heads, n, d / 4]
@group(0) @binding(2) var<storage, read> channels: array<vec4<f32>>;           // [STATE + 2, quads]
@group(0) @binding(3) var<storage, read> B: array<quad>;                       // [batch, n, STATE_QUADS]
@group(0) @binding(4) var<storage, read_write> chunk_state: array<vec4<f32>>;  // [batch, chunks, STATE, quads]
@group(0) @binding(5) var<storage, read_write> chunk_time: array<vec4<f32>>;   // [batch, chunks, quads]
@group(0) @binding(6) var<uniform> u: Uniforms;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Me) {
  let place = place_of(workgroup_index(workgroup, count), me);
  let lane = lane_at(place);
  let bias = channels[BIAS_ROW * u.quads + lane.quad];
  var decays = hold_decays(lane.quad);
  var h = State();
  var time = vec4<f32>();
  var at = lane.first;
  for (var t = lane.begin; t < lane.end; t++) {
    let dt = time_step(unpack(delta[at]), bias);
    let dtx = dt * unpack(x[at]);
    time += dt;
    let token = (lane.batch * u.n + t) * STATE_QUADS;
    var held = vec4<f32>();
    for (var s = 0u; s < state_quads_end(); s++) {
      if (loads_at(s)) { held = unpack(B[token + held_quad(me, s)]); }
      let b = passed(held, s);
      for (var j = 0u; j < 4u; j++) {
        h[s * 4u + j] = exp2(dt * decay_of(&decays, s * 4u + j, lane.quad)) * h[s * 4u + j] + dtx * b[j];
      }
    }
    at += u.d_quads;
  }
  if (!place.exists) { return; }
  chunk_time[place.span * u.quads + lane.quad] = time;
  store_state(&h, lane);
}
