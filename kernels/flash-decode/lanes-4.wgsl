fn block_of_lane(block: Block, lane: u32) -> Block {
  return mat4x4f(
    subgroupShuffle(block[0], lane),
    subgroupShuffle(block[1], lane),
    subgroupShuffle(block[2], lane),
    subgroupShuffle(block[3], lane));
}
