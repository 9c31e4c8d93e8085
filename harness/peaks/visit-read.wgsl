@group(0) @binding(0) var<storage, read> source: array<Word>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@group(0) @binding(2) var<uniform> uniforms: Uniforms;

fn visit(state: Word, index: u32) -> Word { return state + source[index]; }
fn finish(id: u32, state: Word) { result[id] = sum(state); }
