/** How a comparison is run: settled before its first sample, so that no result can choose its own test. */

/** A case is judged when it has this many sessions, at the level `alpha`; between looks nothing is decided. */
export interface Look {
  readonly sessions: number;
  readonly alpha: number;
}

export interface GateDesign {
  /** The chance, at most, that the screen's intervals miss the truth at any look: the sum over `looks`. */
  readonly alpha: number;
  /** Differences below it do not count: 0.02 is 2 %. */
  readonly margin: number;
  readonly looks: readonly Look[];
  /** At a look of the screen, a case is flagged when its interval at this level lies beyond the margin. Loose: a false flag costs sessions, not a verdict. */
  readonly flagAlpha: number;
  /**
   * Fresh sessions of the flagged cases. The sum of the alphas is the chance, at most, that any of them is called different falsely. Identical code is flagged
   * as slower half the time and must then come out slower again: a quarter of the sum is the chance that a comparison of identical code
   * is red, however noisy the machine.
   */
  readonly confirmLooks: readonly Look[];
  readonly pairsPerSession: number;
  readonly seed: string;
}

/**
 * Settled by simulation (`npm run bench:gate-simulation`): at the scatter of a busy machine nearly every slowdown of 5 % is found, and nine
 * of ten where sessions scatter twice as much.
 */
export const defaultDesign: GateDesign = {
  alpha: 0.05,
  margin: 0.02,
  // What an early look spends a late one lacks, and it is the late ones that decide the hard cases.
  looks: [
    { sessions: 6, alpha: 0.002 },
    { sessions: 10, alpha: 0.004 },
    { sessions: 16, alpha: 0.008 },
    { sessions: 24, alpha: 0.012 },
    { sessions: 36, alpha: 0.024 },
  ],
  flagAlpha: 0.4,
  confirmLooks: [
    { sessions: 6, alpha: 0.001 },
    { sessions: 10, alpha: 0.002 },
    { sessions: 16, alpha: 0.004 },
    { sessions: 24, alpha: 0.007 },
    { sessions: 40, alpha: 0.01 },
    { sessions: 64, alpha: 0.016 },
  ],
  pairsPerSession: 50,
  seed: 'attnbench compare',
};
