struct Operands { bytes: u32 }
// The signed bytes 3, -2, 5 and -1.
fn operands_of(one: u32) -> Operands { return Operands(one * 0xff05fe03u); }
fn apply(x: Lane, operands: Operands) -> Lane { return dot4I8Packed(bitcast<u32>(x), operands.bytes) + x; }
