/** One call on one time scale: what the host did, and where the GPU's passes lie between. */
import type { Timeline } from './record.ts';

/** Readings of the host's clock, in the order taken. */
export interface HostTimes {
  readonly encodeNs: number;
  readonly encodedNs: number;
  readonly submitNs: number;
  readonly submittedNs: number;
  readonly doneNs: number;
}

/** The host's clock is read as a double: near 2^53 ns it is off by one. */
const roundingNs = 2;

/**
 * Puts the stamps of the passes (begin, end, begin, end, ...) among the host's times. Some drivers stamp with the clock that the host
 * reads: then all of them lie between submit and done, which no other clock does by chance. Else the passes are put as late as they can
 * have been: the last one ends when the host saw the work done.
 */
export function timelineOf(host: HostTimes, stamps: ArrayLike<bigint> | null): Timeline {
  const origin = host.encodeNs;
  const times = {
    encodedNs: host.encodedNs - origin,
    submitNs: host.submitNs - origin,
    submittedNs: host.submittedNs - origin,
    doneNs: host.doneNs - origin,
  };
  const none: Timeline = { ...times, passes: [], alignment: 'none' };
  if (stamps === null || stamps.length === 0) return none;
  const [first] = Array.from(stamps);
  const sinceFirst = Array.from(stamps, (stamp) => Number(stamp - first));
  const spans = Array.from({ length: sinceFirst.length / 2 }, (_, pass) => ({
    begin: sinceFirst[2 * pass],
    end: sinceFirst[2 * pass + 1],
  }));
  if (spans.some(({ begin, end }) => begin < 0 || end < begin)) return none;
  const lengthNs = Math.max(...spans.map(({ end }) => end));

  const asRead = Number(first);
  const isShared = asRead >= host.submitNs - roundingNs && asRead + lengthNs <= host.doneNs + roundingNs;
  const latest = Math.max(times.submitNs, times.doneNs - lengthNs);
  const shift = isShared ? Math.min(Math.max(asRead - origin, times.submitNs), latest) : latest;
  return {
    ...times,
    passes: spans.map(({ begin, end }) => ({ beginNs: shift + begin, endNs: shift + end })),
    alignment: isShared ? 'shared clock' : 'latest',
  };
}
