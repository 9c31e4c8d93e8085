import { expect, test } from 'vitest';
import { okCase, params, wrongCase } from '../reports/testing/records.ts';
import { mergeRounds } from './merge-rounds.ts';
import { caseRecordSchema } from './record.ts';

const first = okCase('flash', params({ n: 256 }), { samples: 2 });
const second = {
  ...first,
  gpuNs: [7, 8, 9],
  wallNs: [17, 18, 19],
  passNs: { main: [7, 8, 9] },
  dropped: 1,
  firstDispatchNs: 1,
};

test("samples stand in the order taken, and what a first call took is the first round's", () => {
  const merged = mergeRounds([first, second]);
  expect(caseRecordSchema.safeParse(merged).success).toBe(true);
  expect(merged).toMatchObject({
    gpuNs: [...first.gpuNs, 7, 8, 9],
    wallNs: [...first.wallNs, 17, 18, 19],
    passNs: { main: [...first.gpuNs, 7, 8, 9] },
    dropped: 1,
    rounds: [2, 3],
    firstDispatchNs: first.firstDispatchNs,
    stop: { seconds: 2 },
  });
});

test('one bad round is the verdict', () => {
  const wrong = wrongCase('flash', params({ n: 256 }), 'off');
  expect(mergeRounds([first, wrong, second])).toBe(wrong);
  expect(mergeRounds([])).toBeNull();
});
