/** What every trace must hold to, whatever it shows. */
import type { Trace, TraceEvent } from '../trace.ts';

export type Slice = Extract<TraceEvent, { readonly ph: 'X' }>;
export const slicesOf = ({ traceEvents }: Trace): readonly Slice[] =>
  traceEvents.filter((event): event is Slice => event.ph === 'X');

/** Viewers count in whole nanoseconds. */
const nanoseconds = (microseconds: number): number => Math.round(microseconds * 1000);
export const beginOf = ({ ts }: Slice): number => nanoseconds(ts);
export const endOf = ({ ts, dur }: Slice): number => nanoseconds(ts + dur);

/** Pairs of slices of one track that overlap without one holding the other. */
export function crossings(trace: Trace): readonly string[] {
  const slices = slicesOf(trace);
  return slices.flatMap((a, index) =>
    slices.slice(index + 1).flatMap((b) => {
      if (a.pid !== b.pid || a.tid !== b.tid) return [];
      const apart = endOf(a) <= beginOf(b) || endOf(b) <= beginOf(a);
      const aHolds = beginOf(a) <= beginOf(b) && endOf(b) <= endOf(a);
      const bHolds = beginOf(b) <= beginOf(a) && endOf(a) <= endOf(b);
      return apart || aHolds || bHolds ? [] : [`${a.name} and ${b.name} on ${a.tid}`];
    }),
  );
}
