/** A host that claims durations instead of measuring, so that timing logic has exact tests that need no clock. */
import type { CallSample, SampleSource } from '../sampling.ts';

export interface FakeSource extends SampleSource {
  readonly calls: readonly { readonly repeats: number; readonly set: number }[];
  nowNs(): number;
}

/** `durationsNs(call)` is what the call-th kernel call claims to take; a claimed time passes on the fake clock. */
export function fakeSource(options: {
  readonly durationsNs: (call: number) => number;
  readonly timestamps?: boolean;
  /** What the passes claim; default: one pass that takes the whole call. */
  readonly passNs?: (call: number, durationNs: number) => Readonly<Record<string, number>>;
  readonly inputSets?: number;
}): FakeSource {
  const calls: { readonly repeats: number; readonly set: number }[] = [];
  let nowNs = 0;
  return {
    calls,
    inputSets: options.inputSets ?? 2,
    maxRepeats: 2048,
    nowNs: () => nowNs,
    async call(repeats, set): Promise<CallSample> {
      const durationNs = options.durationsNs(calls.length);
      const passNs = options.passNs?.(calls.length, durationNs) ?? { main: durationNs };
      calls.push({ repeats, set });
      nowNs += Math.abs(durationNs) * repeats;
      return {
        gpuNs: options.timestamps === false ? null : durationNs,
        passNs: options.timestamps === false ? {} : passNs,
        wallNs: Math.abs(durationNs) + 100,
        encodeNs: 10,
        submitNs: 5,
        cpuNs: null,
      };
    },
  };
}
