// Runs into the number that is its own exp2(-x).
struct Operands { unused: u32 }
fn operands_of(one: u32) -> Operands { return Operands(one); }
fn apply(x: Lane, operands: Operands) -> Lane { return exp2(-x); }
