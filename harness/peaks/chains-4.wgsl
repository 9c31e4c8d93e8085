// 4 independent chains, so that one step need not wait for the one before.
struct State {
  x0: Lane, x1: Lane, x2: Lane, x3: Lane,
}
fn start(x: u32) -> State {
  return State(
    lane(x + 0u), lane(x + 1u), lane(x + 2u), lane(x + 3u),
  );
}
fn step(s: State, operands: Operands) -> State {
  return State(
    apply(s.x0, operands), apply(s.x1, operands), apply(s.x2, operands), apply(s.x3, operands),
  );
}
fn total(s: State) -> Sum {
  return sum(s.x0) + sum(s.x1) + sum(s.x2) + sum(s.x3);
}
