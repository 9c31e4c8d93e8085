// One lane holds four neighbouring channels (a quad) and their whole state: h[s] is one state component of the four.
const STATE_QUADS = (STATE + 3u) / 4u;

// How far loops over the state go. UNROLL: to a constant, so that drivers unroll them and keep the state in registers. Else to a
// uniform, and the state lies in private memory: slower to run, several times faster to compile.
fn state_quads_end() -> u32 {
  if (UNROLL) { return STATE_QUADS; }
  return (u.state + 3u) / 4u;
}

// Moves every value one place down and puts one more at the top. Registers cannot be indexed, so this is how a loop to a uniform
// fills or empties them: one load or store for the compiler to translate, instead of one for each value.
fn push(values: ptr<function, Values>, next: vec4<f32>) {
  for (var i = 1u; i < HELD; i++) { (*values)[i - 1u] = (*values)[i]; }
  (*values)[HELD - 1u] = next;
}

// UNROLL: a lane's decays stay in registers. Else it loads them again for each token, as it would from private memory.
const HELD = select(1u, STATE_QUADS * 4u, UNROLL);
alias Values = array<vec4<f32>, HELD>;

fn decay_at(s: u32, quad: u32) -> vec4<f32> { return channels[min(s, STATE - 1u) * u.quads + quad]; }

fn hold_decays(quad: u32) -> Values {
  var decays = Values();
  if (UNROLL) {
    for (var s = 0u; s < u.held; s++) { push(&decays, decay_at(s, quad)); }
  }
  return decays;
}

fn decay_of(held: ptr<function, Values>, s: u32, quad: u32) -> vec4<f32> {
  if (UNROLL) { return (*held)[s % HELD]; }
  return decay_at(s, quad);
}

// A lane's quad within [heads, d / 4] and its chunk within [batch, chunks]. Lanes past the end stand where another one does, and store
// nothing.
struct Place { quad: u32, span: u32, exists: bool }

struct Lane {
  batch: u32,
  chunk: u32,
  /// Quad within [heads, d / 4].
  quad: u32,
  /// Where the chunk's first quad lies in [batch, heads, n, d / 4].
  first: u32,
  /// The positions of the chunk.
  begin: u32,
  end: u32,
}

fn lane_at(place: Place) -> Lane {
  let batch = place.span / u.chunks;
  let chunk = place.span % u.chunks;
  let head = batch * u.heads + place.quad / u.d_quads;
  let begin = chunk * u.chunk;
  let first = (head * u.n + begin) * u.d_quads + place.quad % u.d_quads;
  return Lane(batch, chunk, place.quad, first, begin, min(u.n, begin + u.chunk));
}

// Where component s of a chunk's state lies in [batch, chunks, STATE, quads].
fn state_index(lane: Lane, s: u32) -> u32 {
  return ((lane.batch * u.chunks + lane.chunk) * STATE + s) * u.quads + lane.quad;
}

// Rows of `channels`, as channels.wgsl writes them: [STATE + 2, quads].
const BIAS_ROW = STATE;
const SKIP_ROW = STATE + 1u;

alias State = array<vec4<f32>, STATE_QUADS * 4u>;

// The state that the chunk starts with.
fn load_state(h: ptr<function, State>, lane: Lane) {
  if (UNROLL) {
    var values = Values();
    for (var s = 0u; s < u.held; s++) {
      push(&values, select(vec4<f32>(), chunk_state[state_index(lane, min(s, STATE - 1u))], s < STATE));
    }
    for (var s = 0u; s < HELD; s++) { (*h)[s] = values[s]; }
  } else {
    for (var s = 0u; s < u.state; s++) { (*h)[s] = chunk_state[state_index(lane, s)]; }
  }
}

fn store_state(h: ptr<function, State>, lane: Lane) {
  if (UNROLL) {
    var values = Values();
    for (var s = 0u; s < HELD; s++) { values[s] = (*h)[s]; }
    for (var s = 0u; s < u.state; s++) {
      chunk_state[state_index(lane, s)] = values[0];
      push(&values, vec4<f32>());
    }
  } else {
    for (var s = 0u; s < u.state; s++) { chunk_state[state_index(lane, s)] = (*h)[s]; }
  }
}
