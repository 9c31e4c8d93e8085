/**
 * Chrome's trace format, which Perfetto and chrome://tracing read. Times are microseconds with fractions; slices of one track nest.
 */

export type Arguments = Readonly<Record<string, string | number>>;

export type TraceEvent =
  | {
      readonly ph: 'M';
      readonly pid: number;
      readonly tid?: number;
      readonly name: 'process_name' | 'thread_name' | 'thread_sort_index';
      readonly args: Arguments;
    }
  | {
      readonly ph: 'X';
      readonly pid: number;
      readonly tid: number;
      readonly cat: string;
      readonly name: string;
      readonly ts: number;
      readonly dur: number;
      readonly args: Arguments;
    }
  | {
      readonly ph: 's' | 'f';
      readonly bp?: 'e';
      readonly id: number;
      readonly pid: number;
      readonly tid: number;
      readonly cat: string;
      readonly name: string;
      readonly ts: number;
    };

export interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string>>;
}

export const pid = 1;

export const microseconds = (ns: number): number => ns / 1000;

export interface Span {
  readonly beginNs: number;
  readonly endNs: number;
}

export function slice(
  tid: number,
  cat: string,
  name: string,
  { beginNs, endNs }: Span,
  args: Arguments = {},
): TraceEvent {
  const ts = microseconds(beginNs);
  return { ph: 'X', pid, tid, cat, name, ts, dur: microseconds(endNs) - ts, args };
}

/** Names the process and its tracks, which are counted from 1 and stand in this order. */
export function tracksOf(process: string, tracks: readonly string[]): readonly TraceEvent[] {
  return [
    { ph: 'M', pid, name: 'process_name', args: { name: process } },
    ...tracks.flatMap((name, index): TraceEvent[] => [
      { ph: 'M', pid, tid: index + 1, name: 'thread_name', args: { name } },
      { ph: 'M', pid, tid: index + 1, name: 'thread_sort_index', args: { sort_index: index } },
    ]),
  ];
}
