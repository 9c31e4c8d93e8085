// The same without fma(), which some compilers turn into a call.
struct Operands { factor: Lane, summand: Lane }
fn operands_of(one: u32) -> Operands { return Operands(Lane(Element(one)), Lane(Element(one))); }
fn apply(x: Lane, operands: Operands) -> Lane { return x * operands.factor + operands.summand; }
