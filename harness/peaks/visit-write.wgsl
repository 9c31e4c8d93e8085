@group(0) @binding(0) var<storage, read_write> destination: array<Word>;
@group(0) @binding(1) var<uniform> uniforms: Uniforms;

fn visit(state: Word, index: u32) -> Word {
  destination[index] = word(index) + uniforms.one;
  return state;
}
fn finish(id: u32, state: Word) {}
