/** What bounds a pass: how much of its time each measured ceiling explains. */
import type { CostCounts, Peaks, RecordParams } from '../../harness/record.ts';
import { arithmeticCeiling, ceilingOf, mostOfCeiling, secondsAt } from '../../harness/roofline.ts';

export const bounds = ['memory', 'arithmetic', 'special functions', 'launch'] as const;
export type BoundName = (typeof bounds)[number];

/** The time that the work would take at the ceiling, over the time it took: also the share of the ceiling that was reached. */
export type Explained = Readonly<Record<BoundName, number | null>>;

export type Bound =
  | { readonly kind: 'bound'; readonly by: BoundName; readonly share: number }
  /** No ceiling explains half of the time: the most is said. */
  | { readonly kind: 'none'; readonly most: BoundName; readonly share: number }
  | { readonly kind: 'unknown'; readonly because: string };

/** From this share on a ceiling is what bounds a pass. */
const boundFrom = 0.5;

export interface PassWork {
  readonly cost: CostCounts | null;
  readonly precision: RecordParams['precision'];
}

function memorySeconds(cost: CostCounts, peaks: Peaks, state: 'Cold' | 'Warm'): number | null {
  const cold = state === 'Cold';
  const read = secondsAt(cost.bytesRead, ceilingOf(peaks, cold ? 'readCold' : 'readWarm'));
  const written = secondsAt(cost.bytesWritten, ceilingOf(peaks, cold ? 'writeCold' : 'writeWarm'));
  if (read !== null && written !== null) return read + written;
  return cold ? (cost.bytesRead + cost.bytesWritten) / peaks.bytesPerSecond : null;
}

/** How much of a pass's time each ceiling explains; null where the work or the ceiling is not known. */
export function explainedBy(work: PassWork, passNs: number, peaks: Peaks | null): Explained {
  if (peaks === null || passNs <= 0) {
    return { memory: null, arithmetic: null, 'special functions': null, launch: null };
  }
  const share = (seconds: number | null): number | null =>
    seconds === null ? null : (seconds * 1e9) / passNs;
  const launch = (peaks.overheads.passNs + peaks.overheads.dispatchNs) / passNs;
  const { cost } = work;
  if (cost === null) return { memory: null, arithmetic: null, 'special functions': null, launch };
  const cold = share(memorySeconds(cost, peaks, 'Cold'));
  const warm = share(memorySeconds(cost, peaks, 'Warm'));
  // Faster than memory beyond the cache can be, by more than the ceiling's own error: then the data came from the cache.
  const memory = cold !== null && cold > mostOfCeiling && warm !== null ? warm : cold;
  const flopsPerSecond = arithmeticCeiling(peaks, work.precision)?.perSecond ?? peaks.flopsPerSecond;
  return {
    memory,
    arithmetic: share(secondsAt(cost.flops, flopsPerSecond)),
    'special functions': share(secondsAt(cost.exps, ceilingOf(peaks, 'exp'))),
    launch,
  };
}

/** The verdict: the ceiling that explains most, if that is half the time at least. */
export function boundOf({ cost }: PassWork, explained: Explained, peaks: Peaks | null): Bound {
  if (peaks === null) return { kind: 'unknown', because: 'no measured peaks' };
  const known = bounds.flatMap((by) => {
    const share = explained[by];
    return share === null ? [] : [{ by, share }];
  });
  if (known.length === 0) return { kind: 'unknown', because: 'no time' };
  const most = known.reduce((a, b) => (b.share > a.share ? b : a));
  if (most.share >= boundFrom) return { kind: 'bound', ...most };
  if (cost === null) return { kind: 'unknown', because: 'its kernel does not say what the pass costs' };
  return { kind: 'none', most: most.by, share: most.share };
}
