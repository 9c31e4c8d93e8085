// With a factor and a summand of 1 it counts its steps.
struct Operands { factor: Lane, summand: Lane }
fn operands_of(one: u32) -> Operands { return Operands(Lane(Element(one)), Lane(Element(one))); }
fn apply(x: Lane, operands: Operands) -> Lane { return fma(x, operands.factor, operands.summand); }
