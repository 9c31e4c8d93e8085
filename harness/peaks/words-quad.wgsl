alias Word = vec4<u32>;
fn word(index: u32) -> Word { return vec4<u32>(0u, 1u, 2u, 3u) + 4u * index; }
fn sum(x: Word) -> u32 { return x.x + x.y + x.z + x.w; }
