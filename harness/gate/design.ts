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
  /** At a look of the screen, a case is flagged when its interval at this level lies beyond the margin. Loose: a false flag costs sessions, no verdict. */
  readonly flagAlpha: number;
  /** Fresh sessions of the flagged cases. Half the sum of the alphas is the chance that a comparison of identical code has any false regression. */
  readonly confirmLooks: readonly Look[];
  readonly pairsPerSession: number;
  readonly seed: string;
}

export const defaultDesign: GateDesign = {
  alpha: 0.05,
  margin: 0.02,
  looks: [
    { sessions: 6, alpha: 0.005 },
    { sessions: 10, alpha: 0.01 },
    { sessions: 16, alpha: 0.015 },
    { sessions: 24, alpha: 0.02 },
  ],
  flagAlpha: 0.2,
  confirmLooks: [
    { sessions: 6, alpha: 0.002 },
    { sessions: 10, alpha: 0.003 },
    { sessions: 16, alpha: 0.004 },
    { sessions: 24, alpha: 0.005 },
    { sessions: 36, alpha: 0.006 },
  ],
  pairsPerSession: 50,
  seed: 'attnbench compare',
};
