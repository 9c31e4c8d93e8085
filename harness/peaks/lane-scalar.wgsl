// A lane works on one number at a time.
alias Lane = Element;
alias Sum = f32;
fn lane(x: u32) -> Lane { return Lane(x); }
fn sum(x: Lane) -> Sum { return f32(x); }
