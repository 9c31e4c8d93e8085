/** Against the rules of Chrome's trace format: known phases, finite times, slices of a track that nest. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sampleComparison } from '../testing/comparisons.ts';
import { profiledRun } from '../testing/profiles.ts';
import { reportedOf } from '../testing/reported.ts';
import { crossings, slicesOf } from '../testing/traces.ts';
import type { Trace } from '../trace.ts';
import { traceOfComparison, traceOfRuns } from './trace.ts';

const args = z.record(z.string(), z.union([z.string(), z.number()]));
const at = { pid: z.number().int().positive(), tid: z.number().int().positive(), name: z.string() };
const trace: z.ZodType<Trace> = z.strictObject({
  displayTimeUnit: z.literal('ns'),
  otherData: z.record(z.string(), z.string()),
  traceEvents: z.array(
    z.discriminatedUnion('ph', [
      z.strictObject({
        ph: z.literal('M'),
        pid: at.pid,
        tid: at.tid.optional(),
        name: z.enum(['process_name', 'thread_name', 'thread_sort_index']),
        args,
      }),
      z.strictObject({
        ph: z.literal('X'),
        ...at,
        cat: z.string(),
        ts: z.number().nonnegative(),
        dur: z.number().nonnegative(),
        args,
      }),
      z.strictObject({
        ph: z.enum(['s', 'f']),
        bp: z.literal('e').optional(),
        ...at,
        id: z.number().int(),
        cat: z.string(),
        ts: z.number(),
      }),
    ]),
  ),
});

const read = (text: string): Trace => trace.parse(JSON.parse(text));

test('a run: host, queue and passes of every case that was traced', () => {
  const run = profiledRun();
  const found = read(traceOfRuns(reportedOf(run)));
  expect(crossings(found)).toEqual([]);
  const hosts = slicesOf(found).filter(({ cat, name }) => cat === 'host' && name.includes(':'));
  expect(new Set(hosts.map(({ name }) => name))).toEqual(new Set(run.cases.map(({ id }) => id)));
  expect(hosts).toHaveLength(run.cases.length);
});

test('runs side by side are processes of their own, and their arrows stay apart', () => {
  const found = read(traceOfRuns(reportedOf(profiledRun(), profiledRun())));
  expect(crossings(found)).toEqual([]);
  expect(new Set(slicesOf(found).map(({ pid }) => pid))).toEqual(new Set([1, 2]));
  const ids = found.traceEvents.flatMap((event) => (event.ph === 's' ? [event.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a comparison: sessions that hold their cases, base and head as long as they took', () => {
  const comparison = sampleComparison();
  const found = read(traceOfComparison(comparison));
  expect(crossings(found)).toEqual([]);
  const sessions = slicesOf(found).filter(({ cat }) => cat === 'session');
  expect(sessions.map(({ name }) => name)).toEqual(
    Array.from({ length: 10 }, (_, index) => `session ${index + 1}`),
  );
  const [, , regressed] = comparison.cases;
  const timed = 'timed' in regressed ? regressed.timed : null;
  const [base, head] = [2, 3].map((track) =>
    slicesOf(found).find(({ tid, name }) => tid === track && name === regressed.id),
  );
  expect(base?.dur).toBeCloseTo(((timed?.sessions[0].baseNs ?? 0) * 50) / 1000, 3);
  expect((head?.dur ?? 0) / (base?.dur ?? 1)).toBeCloseTo(Math.exp(timed?.sessions[0].logRatio ?? 0), 6);
  const inside = slicesOf(found).filter(({ cat }) => cat === 'case');
  for (const one of inside) {
    expect(
      sessions.some((session) => session.ts <= one.ts && one.ts + one.dur <= session.ts + session.dur + 1e-6),
    ).toBe(true);
  }
});
