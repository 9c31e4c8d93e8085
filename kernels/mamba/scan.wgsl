// The scan itself: y for every token. CHUNKED: each chunk starts with the state that carry.wgsl left for it; else a lane runs
// through the whole sequence from zero, and leaves its state when it is asked for.
@group(0) @binding(0) var<storage, read> x: array<quad>;               // [batch, heads, n, d / 4]
@group(0) @binding(1) var<storage, read> delta: array<quad>;           // [batch, heads, n, d / 4]
@group(0) @binding(2) var<storage, read> channels: array<vec4<f32>>;   // [STATE + 2, quads]
@group(0) @binding(3) var<storage, read> B: array<quad>;               // [batch, n, STATE_QUADS]
@group(0) @binding(4) var<storage, read> C: array<quad>;               // [batch, n, STATE_QUADS]
@group(0) @binding(5) var<storage, read> z: array<quad>;               // [batch, heads, n, d / 4]
@group(0) @binding(6) var<storage, read_write> chunk_state: array<vec4<f32>>;  // [batch, chunks, STATE, quads]
@group(0) @binding(7) var<storage, read_write> y: array<quad>;         // [batch, heads, n, d / 4]
@group(0) @binding(8) var<uniform> u: Uniforms;

// z * sigmoid(z), with exp of a negative number only.
fn silu(z: vec4<f32>) -> vec4<f32> {
  let e = exp2(-abs(z) * LOG2_E);
  return z * select(e, vec4<f32>(1.0), z >= vec4<f32>()) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, me: Me) {
  let place = place_of(workgroup_index(workgroup, count), me);
  let lane = lane_at(place);
  let bias = channels[BIAS_ROW * u.quads + lane.quad];
  let skip = channels[SKIP_ROW * u.quads + lane.quad];
  var decays = hold_decays(lane.quad);
  var h = State();
  if (CHUNKED) { load_state(&h, lane); }
  var at = lane.first;
  for (var t = lane.begin; t < lane.end; t++) {
    let input = unpack(x[at]);
    let dt = time_step(unpack(delta[at]), bias);
    let dtx = dt * input;
    var sum = skip * input;
    let token = (lane.batch * u.n + t) * STATE_QUADS;
    var held_b = vec4<f32>();
    var held_c = vec4<f32>();
    for (var s = 0u; s < state_quads_end(); s++) {
      if (loads_at(s)) {
        held_b = unpack(B[token + held_quad(me, s)]);
        held_c = unpack(C[token + held_quad(me, s)]);
      }
      let b = passed(held_b, s);
      let c = passed(held_c, s);
      for (var j = 0u; j < 4u; j++) {
        let next = exp2(dt * decay_of(&decays, s * 4u + j, lane.quad)) * h[s * 4u + j] + dtx * b[j];
        h[s * 4u + j] = next;
        sum += next * c[j];
      }
    }
    if (GATE) { sum *= silu(unpack(z[at])); }
    if (place.exists) { y[at] = pack(sum); }
    at += u.d_quads;
  }
  if (KEEP_STATE && !CHUNKED && place.exists) { store_state(&h, lane); }
}
