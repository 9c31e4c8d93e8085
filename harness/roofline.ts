/** What an adapter can do at most for a case: the bound that no honest time beats, and the roof that its speed is held against. */
import type { Cost, Precision } from '../kernels/contract.ts';
import { formatGiga } from './format.ts';
import type { CeilingName, Peaks } from './record.ts';

/** Above this times a ceiling a case is impossible: the ceilings themselves are measured, to a few per cent. */
export const mostOfCeiling = 1.05;

interface Named {
  readonly name: CeilingName;
  readonly perSecond: number;
}

function best({ ceilings }: Peaks, names: readonly CeilingName[]): Named | null {
  const measured = ceilings.flatMap(({ name, perSecond }) =>
    perSecond !== null && names.includes(name) ? [{ name, perSecond }] : [],
  );
  return measured.sort((a, b) => b.perSecond - a.perSecond)[0] ?? null;
}

/** A ceiling by its name; null where it was not measured. */
export function ceilingOf(peaks: Peaks, wanted: CeilingName): number | null {
  return peaks.ceilings.find(({ name }) => name === wanted)?.perSecond ?? null;
}

/** How long an amount takes at a rate: of nothing no time, whatever the rate; null where the rate is not known. */
export function secondsAt(amount: number, perSecond: number | null): number | null {
  if (amount === 0) return 0;
  return perSecond === null ? null : amount / perSecond;
}

/** f16s computes in f32. */
const arithmetic: Readonly<Record<Precision, readonly CeilingName[]>> = {
  f32: ['f32'],
  f16: ['f32', 'f16', 'subgroupMatrix'],
  f16s: ['f32'],
};
const storage: readonly CeilingName[] = [
  'readCold',
  'writeCold',
  'copyCold',
  'readWarm',
  'writeWarm',
  'copyWarm',
];

/** The fastest arithmetic that a precision may use. */
export function arithmeticCeiling(peaks: Peaks, precision: Precision): Named | null {
  return best(peaks, arithmetic[precision]);
}

/** The fastest way that was found to move data, from caches too: what a case needs may be small enough for them. */
export function storageCeiling(peaks: Peaks): Named | null {
  return best(peaks, storage);
}

export interface TimedCase {
  readonly cost: Pick<Cost, 'flops' | 'bytesRead' | 'bytesWritten'>;
  readonly precision: Precision;
  readonly medianNs: number;
  /** The adapter has matrix units: without a ceiling for them nothing bounds f16. */
  readonly hasMatrixUnits: boolean;
}

/**
 * How much of what the adapter can do at most a case reached: the least time that its arithmetic takes at the ceiling of its precision,
 * or its bytes take read from beyond the cache, whichever is longer, over its own. The same as its FLOPs a second over
 * min(arithmetic, intensity x bandwidth), and as good for a case without FLOPs. Null for a case without work.
 */
export function shareOfPeak(
  peaks: Peaks,
  precision: Precision,
  { flops, bytesRead, bytesWritten }: TimedCase['cost'],
  medianNs: number,
): number | null {
  const arithmeticPerSecond = arithmeticCeiling(peaks, precision)?.perSecond ?? peaks.flopsPerSecond;
  const leastNs =
    1e9 * Math.max(flops / arithmeticPerSecond, (bytesRead + bytesWritten) / peaks.bytesPerSecond);
  return leastNs > 0 && medianNs > 0 ? leastNs / medianNs : null;
}

/** Why the time is impossible on this adapter, with both numbers; null when it is not. */
export function impossible(peaks: Peaks, timed: TimedCase): string | null {
  const { cost, precision, medianNs, hasMatrixUnits } = timed;
  const unbounded = precision === 'f16' && hasMatrixUnits && best(peaks, ['subgroupMatrix']) === null;
  const claims = [
    {
      amount: cost.flops,
      unit: 'GFLOP/s',
      of: 'arithmetic',
      ceiling: unbounded ? null : arithmeticCeiling(peaks, precision),
    },
    {
      amount: cost.bytesRead + cost.bytesWritten,
      unit: 'GB/s',
      of: 'memory',
      ceiling: storageCeiling(peaks),
    },
  ];
  for (const { amount, unit, of, ceiling } of claims) {
    if (ceiling === null || amount === 0) continue;
    const perSecond = (amount * 1e9) / medianNs;
    if (perSecond <= mostOfCeiling * ceiling.perSecond) continue;
    const share = Math.round((100 * perSecond) / ceiling.perSecond);
    return `${formatGiga(perSecond)} ${unit} is ${share} % of the ${formatGiga(ceiling.perSecond)} ${unit} (${ceiling.name}) that the ${of} of this adapter was measured to do at most; if the machine was busy then, measure again: attnbench peaks --force`;
  }
  return null;
}
