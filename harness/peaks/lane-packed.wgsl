// Four signed bytes in a word, as products of packed bytes take them.
alias Element = i32;
alias Lane = i32;
alias Sum = i32;
fn lane(x: u32) -> Lane { return i32(x); }
fn sum(x: Lane) -> Sum { return x; }
