// One lane holds four neighbouring channels (a quad) and their whole state: h[s] is one state component of the four.
const STATE_QUADS = (STATE + 3u) / 4u;

// How far loops over the state go. UNROLL: to a constant, so that drivers unroll them and keep the state in registers. Else to a
// uniform, and the state lies in private memory: slower to run, several times faster to compile.
fn state_end() -> u32 {
  if (UNROLL) { return STATE; }
  return u.state;
}
fn state_quads_end() -> u32 {
  if (UNROLL) { return STATE_QUADS; }
  return (u.state + 3u) / 4u;
}

// UNROLL: a lane's decays stay in registers too. Else it loads them again for each token, as it would from private memory.
const HELD_DECAYS = select(1u, STATE_QUADS * 4u, UNROLL);
alias Decays = array<vec4<f32>, HELD_DECAYS>;

fn hold_decays(quad: u32) -> Decays {
  var decays = Decays();
  if (UNROLL) {
    for (var s = 0u; s < STATE; s++) { decays[s % HELD_DECAYS] = channels[s * u.quads + quad]; }
  }
  return decays;
}

fn decay_of(held: ptr<function, Decays>, s: u32, quad: u32) -> vec4<f32> {
  if (UNROLL) { return (*held)[s % HELD_DECAYS]; }
  return channels[min(s, STATE - 1u) * u.quads + quad];
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
