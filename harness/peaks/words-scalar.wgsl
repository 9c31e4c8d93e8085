alias Word = u32;
fn word(index: u32) -> Word { return index; }
fn sum(x: Word) -> u32 { return x; }
