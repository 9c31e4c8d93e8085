// 12 independent chains, so that one step need not wait for the one before.
struct State {
  x0: Lane, x1: Lane, x2: Lane, x3: Lane,
  x4: Lane, x5: Lane, x6: Lane, x7: Lane,
  x8: Lane, x9: Lane, x10: Lane, x11: Lane,
}
fn start(x: u32) -> State {
  return State(
    lane(x + 0u), lane(x + 1u), lane(x + 2u), lane(x + 3u),
    lane(x + 4u), lane(x + 5u), lane(x + 6u), lane(x + 7u),
    lane(x + 8u), lane(x + 9u), lane(x + 10u), lane(x + 11u),
  );
}
fn step(s: State, operands: Operands) -> State {
  return State(
    apply(s.x0, operands), apply(s.x1, operands), apply(s.x2, operands), apply(s.x3, operands),
    apply(s.x4, operands), apply(s.x5, operands), apply(s.x6, operands), apply(s.x7, operands),
    apply(s.x8, operands), apply(s.x9, operands), apply(s.x10, operands), apply(s.x11, operands),
  );
}
fn total(s: State) -> Sum {
  return sum(s.x0) + sum(s.x1) + sum(s.x2) + sum(s.x3) + sum(s.x4) + sum(s.x5) + sum(s.x6) + sum(s.x7) +
    sum(s.x8) + sum(s.x9) + sum(s.x10) + sum(s.x11);
}
