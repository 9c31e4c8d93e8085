// 2 independent chains, so that one step need not wait for the one before.
struct State {
  x0: Lane, x1: Lane,
}
fn start(x: u32) -> State {
  return State(
    lane(x + 0u), lane(x + 1u),
  );
}
fn step(s: State, operands: Operands) -> State {
  return State(
    apply(s.x0, operands), apply(s.x1, operands),
  );
}
fn total(s: State) -> Sum {
  return sum(s.x0) + sum(s.x1);
}
