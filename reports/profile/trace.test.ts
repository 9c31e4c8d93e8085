import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Run, Timeline } from '../../harness/record.ts';
import { params } from '../testing/records.ts';
import { profiledCase, profiledRun } from '../testing/profiles.ts';
import { profileOf } from './profile.ts';
import { beginOf, crossings, endOf, slicesOf } from '../testing/traces.ts';
import type { Trace } from '../trace.ts';
import { traceOf } from './trace.ts';

function traceOfTimelines(timelines: readonly Timeline[]): Trace {
  const base = profiledRun();
  const cases = timelines.map((timeline, index) => {
    const passes = timeline.passes.map((_, pass) => ({ name: `pass ${pass}`, ns: 1000 }));
    return { ...profiledCase('naive', params({ n: 64 + index }), passes), timeline };
  });
  return traceOf(profileOf({ header: base.header, cases } satisfies Run));
}

const nanos = fc.integer({ min: 0, max: 5_000_000 });
const timelines = fc
  .tuple(nanos, nanos, nanos, nanos, fc.array(fc.tuple(nanos, nanos), { minLength: 1, maxLength: 6 }))
  .map(([encode, submit, submitted, done, spans]): Timeline => {
    const encodedNs = encode / 3;
    const submitNs = encodedNs + submit;
    const submittedNs = submitNs + submitted;
    return {
      encodedNs,
      submitNs,
      submittedNs,
      doneNs: submittedNs + done,
      passes: spans.map(([begin, length]) => ({
        beginNs: submitNs + begin,
        endNs: submitNs + begin + length,
      })),
      alignment: 'latest',
    };
  });

describe('a trace', () => {
  test('has host, queue and passes on tracks of their own', () => {
    const trace = traceOf(profileOf(profiledRun()));
    const names = trace.traceEvents.flatMap((event) =>
      event.ph === 'M' && event.name === 'thread_name' ? [[event.tid, event.args['name']]] : [],
    );
    expect(names).toEqual([
      [1, 'host'],
      [2, 'queue'],
      [3, 'passes'],
    ]);
    const first = slicesOf(trace).slice(0, 8);
    expect(first.map(({ tid, name, ts, dur }) => [tid, name, ts, dur])).toEqual([
      [1, 'scaling/naive:n=256,heads=8,d=64,precision=f32', 0, 4024.5],
      [1, 'encode', 0, 1],
      [1, 'submit', 1.5, 1],
      [1, 'wait', 2.5, 4022],
      [2, 'scaling/naive:n=256,heads=8,d=64,precision=f32', 1.5, 4023],
      [3, 'scores', 3, 1000],
      [3, 'softmax', 1003.5, 1000],
      [3, 'values', 2004, 2000],
    ]);
    expect(trace.displayTimeUnit).toBe('ns');
    expect(Object.values(trace.otherData).join(' ')).toContain(
      'GPU timestamps and host times come from one clock',
    );
  });

  test('nests on every track, and holds the passes within the queue, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(timelines, { minLength: 1, maxLength: 3 }), (all) => {
        const trace = traceOfTimelines(all);
        expect(crossings(trace)).toEqual([]);
        const queues = slicesOf(trace).filter(({ cat }) => cat === 'queue');
        for (const pass of slicesOf(trace).filter(({ cat }) => cat === 'gpu')) {
          expect(queues.some((queue) => beginOf(queue) <= beginOf(pass) && endOf(pass) <= endOf(queue))).toBe(
            true,
          );
        }
        for (const { dur } of slicesOf(trace)) expect(dur).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('puts passes that ran side by side on lanes', () => {
    const timeline: Timeline = {
      encodedNs: 1,
      submitNs: 2,
      submittedNs: 3,
      doneNs: 100,
      passes: [
        { beginNs: 10, endNs: 50 },
        { beginNs: 40, endNs: 90 },
        { beginNs: 50, endNs: 60 },
      ],
      alignment: 'shared clock',
    };
    const passes = slicesOf(traceOfTimelines([timeline])).filter(({ cat }) => cat === 'gpu');
    expect(passes.map(({ tid }) => tid)).toEqual([3, 4, 3]);
  });

  test('every arrow begins on the host and ends at the first pass', () => {
    const { traceEvents } = traceOf(profileOf(profiledRun()));
    const flows = (ph: 's' | 'f') =>
      traceEvents.flatMap((event) =>
        (event.ph === 's' || event.ph === 'f') && event.ph === ph ? [[event.id, event.tid]] : [],
      );
    expect(flows('s')).toEqual([1, 2, 3, 4].map((id) => [id, 1]));
    expect(flows('f')).toEqual([1, 2, 3, 4].map((id) => [id, 3]));
  });
});
