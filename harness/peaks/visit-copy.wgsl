@group(0) @binding(0) var<storage, read> source: array<Word>;
@group(0) @binding(1) var<storage, read_write> destination: array<Word>;
@group(0) @binding(2) var<uniform> uniforms: Uniforms;

fn visit(state: Word, index: u32) -> Word {
  destination[index] = source[index];
  return state;
}
fn finish(id: u32, state: Word) {}
