import { describe, expect, it } from 'vitest';
import type { CaseRecord } from '../harness/record.ts';
import { scalingRun } from '../reports/testing/records.ts';
import { clockTime, outcomeText, Progress } from './progress.ts';

const [ok] = scalingRun([128]).cases.filter((record) => record.status === 'ok');
const failed: CaseRecord = {
  kind: 'case',
  id: 'quick/flash:n=1',
  suite: 'quick',
  kernel: 'flash',
  mechanism: 'sdpa',
  params: ok.params,
  session: 1,
  status: 'failed',
  reason: { code: 'crash', message: 'it died' },
};

/** Two cases of ten seconds each, a retry between them and a spent budget; what was written on stderr. */
function told(interactive: boolean, record: CaseRecord): string {
  let text = '';
  let nowNs = 0;
  const io = { out: () => undefined, err: (more: string) => void (text += more), interactive, columns: 60 };
  const progress = new Progress(io, () => nowNs);
  progress.handle({ kind: 'started', id: record.id, index: 0, of: 12 });
  nowNs += 10e9;
  progress.handle({ kind: 'finished', record, index: 0, of: 12, seconds: 10 });
  progress.handle({ kind: 'started', id: 'quick/copy:n=4', index: 1, of: 12 });
  progress.handle({ kind: 'retrying', id: 'quick/copy:n=4', message: 'exit code 9' });
  progress.handle({ kind: 'out of budget', remaining: 11 });
  progress.end();
  return text;
}
const clear = '\r\u001B[2K';

describe('Progress', () => {
  it('writes one whole line a case where nobody watches', () => {
    expect(told(false, failed)).toBe(
      [
        '[ 1/12] quick/flash:n=1  failed: it died  (0:10 elapsed, about 1:50 left)',
        'quick/copy:n=4 ended its process (exit code 9); trying once more in a fresh one',
        'the budget is spent: 11 cases not measured',
        '',
      ].join('\n'),
    );
  });

  it('rewrites one line on a terminal, within its width, and keeps what went wrong', () => {
    expect(told(true, failed)).toBe(
      [
        `${clear}[ 1/12] 0:00 elapsed  quick/flash:n=1`,
        `${clear}${clear}[ 1/12] quick/flash:n=1  failed: it died\n`.slice(clear.length),
        `${clear}[ 2/12] 0:10 elapsed, about 1:50 left  quick/copy:n=4`,
        `${clear}quick/copy:n=4 ended its process (exit code 9); trying once more in a fresh one\n`,
        `${clear}the budget is spent: 11 cases not measured\n`,
        clear,
      ].join(''),
    );
    const long = told(true, { ...failed, id: 'x'.repeat(200) }).split(clear)[1];
    expect(long).toHaveLength(59);
  });

  it('leaves no line of a case that went well on a terminal', () => {
    expect(told(true, ok)).not.toContain('±');
    expect(told(false, ok)).toMatch(/^\[ 1\/12\] \S+ {2}\S+ \S+ ± \S+ % {2}\(0:10 elapsed/);
  });
});

it('outcomeText tells the median with its interval, or how many samples there are', () => {
  expect(outcomeText(ok)).toMatch(/^[\d.]+ (ns|µs|ms|s) ± [\d.]+ %$/);
  expect(outcomeText({ ...ok, gpuNs: ok.gpuNs.slice(0, 1) })).toMatch(/ 1 sample$/);
});

it('clockTime has hours only when needed', () => {
  expect([0, 9.6, 65, 7389, -3].map(clockTime)).toEqual(['0:00', '0:10', '1:05', '2:03:09', '0:00']);
});
