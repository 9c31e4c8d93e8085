import { expect, test } from 'vitest';
import { comparison, commitName, environment } from '../testing/history.ts';
import { pointSchema } from './entry.ts';
import { pointsOf } from './points-of.ts';

const compared = comparison(3, { base: 'a', head: 'b', ratio: 1.05 });
const [one] = compared.cases;
const june = (): string => '2026-06-02T14:00:00+02:00';

function added(from: typeof compared): ReturnType<typeof pointsOf> & { readonly kind: 'points' } {
  const addition = pointsOf(from, 'x', june);
  if (addition.kind !== 'points') throw new Error(addition.why);
  return addition;
}

test('a compared case becomes a point: ratio, interval, hashes, exact figures, no time', () => {
  const { points, environment: where } = added(compared);
  expect(where).toEqual(environment);
  expect(points).toHaveLength(1);
  expect(pointSchema.parse(points[0])).toEqual(points[0]);
  expect(points[0]).toMatchObject({
    kernel: 'flash',
    commit: commitName(3),
    committedAt: '2026-06-02T12:00:00.000Z',
    baseCommit: commitName(0),
    hashes: { base: 'a', head: 'b' },
    sessions: 2,
    exact: { peakBytes: 8_388_608 },
  });
  expect(points[0].logRatio?.value).toBeCloseTo(Math.log(1.05), 12);
  expect(JSON.stringify(points)).not.toMatch(/Ns"/);
});

test('the same code has the ratio 1 exactly, and without a date of the commit the comparison has one', () => {
  const addition = pointsOf(comparison(3, { base: 'a', head: 'a', ratio: 1 }), 'x', () => null);
  expect(addition).toMatchObject({
    points: [{ committedAt: compared.startedAt, logRatio: { value: 0, low: 0, high: 0 }, sessions: 0 }],
  });
});

test('wrong numbers have no ratio', () => {
  const problem = { message: 'nmse 0.1' };
  const { id, suite, kernel, mechanism, params, file, hashes, exact, reasons } = one;
  const wrong = { id, suite, kernel, mechanism, params, file, hashes, exact, reasons, problem };
  const { points } = added({ ...compared, cases: [{ ...wrong, verdict: 'WRONG', side: 'head' }] });
  expect(points).toMatchObject([{ verdict: 'WRONG', logRatio: null, sessions: 0 }]);
});

test('what changes the time makes another environment, what does not leaves it', () => {
  const { environment: same } = added({
    ...compared,
    host: { ...compared.host, os: 'Linux 7', memoryBytes: 1 },
  });
  const { environment: other } = added({ ...compared, flags: ['MESA_SHADER_CACHE_DISABLE=true'] });
  expect(same).toEqual(environment);
  expect(other).not.toEqual(environment);
});

test('what is no commit, or not to be believed, or of no adapter, adds nothing', () => {
  expect(() => pointsOf({ ...compared, head: { ...compared.head, dirty: true } }, 'x', june)).toThrow(
    'x compares . with changes that are in no commit: commit them and compare again',
  );
  expect(() => pointsOf({ ...compared, head: { ...compared.head, commit: null } }, 'x', june)).toThrow(
    'x compares ., which is no commit: a history has a place for commits only',
  );
  const control = { cases: 1, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
  expect(pointsOf({ ...compared, control }, 'x', june)).toEqual({
    kind: 'nothing',
    why: 'x is not to be believed: the A/A arms differ',
    untrusted: true,
  });
  expect(pointsOf({ ...compared, adapter: null, clock: null }, 'x', june)).toMatchObject({
    kind: 'nothing',
    untrusted: false,
  });
});
