fn block_of_lane(block: Block, lane: u32) -> Block { return subgroupShuffle(block, lane); }
