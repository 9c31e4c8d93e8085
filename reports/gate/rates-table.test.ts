import { describe, expect, it } from 'vitest';
import { parseTrials } from '../../harness/gate/trials.ts';
import { toPlainText } from '../table.ts';
import { trial, trialsOf } from '../testing/trials.ts';
import { effortTable, rateRows, ratesTable } from './rates-table.ts';

const same = { flatThreshold: 'SAME', mannWhitney: 'SAME' } as const;
const all = trialsOf([
  ...['one', 'two', 'three'].map((id) => trial({ id, slowdown: 0, verdict: 'SAME', foils: same })),
  trial({ id: 'four', slowdown: 0, verdict: 'IMPROVED', foils: { ...same, mannWhitney: 'REGRESSED' } }),
  trial({ slowdown: 0.05, verdict: 'REGRESSED', foils: same }),
  trial({ slowdown: 0.05, verdict: 'REGRESSED', seconds: 200 }),
  trial({ slowdown: 0.05, verdict: 'UNKNOWN', effect: { ratio: 1.09, low: 1.07, high: 1.11 } }),
  trial({ slowdown: -0.0625, verdict: 'IMPROVED' }),
]);
const rows = rateRows(all);
const found = (truth: string, design: string, called: string) =>
  rows.find((row) => row.truth === truth && row.design === design && row.called === called)?.rate;

describe('the rates of the gate', () => {
  it('counts a difference between a kernel and itself as false, whichever way', () => {
    expect(found('the same kernel', 'gate', 'different')).toMatchObject({ found: 1, tries: 4 });
  });

  it('counts a slowdown as found only in time, and only by its right name', () => {
    expect(found('+5.00 % work', 'gate, within 90 s', 'slower')).toMatchObject({ found: 1, tries: 3 });
    expect(found('−6.25 % work', 'gate, within 90 s', 'faster')).toMatchObject({ found: 1, tries: 1 });
  });

  it('asks whether the interval holds what was done', () => {
    expect(found('+5.00 % work', 'gate', 'interval holds the truth')).toMatchObject({ found: 2, tries: 3 });
  });

  it('shows the usual designs on the trials that have them', () => {
    const design = 'base, then head: Mann-Whitney, p < 0.05';
    expect(found('the same kernel', design, 'different')).toMatchObject({ found: 1, tries: 4 });
    expect(found('+5.00 % work', design, 'different')).toMatchObject({ found: 0, tries: 1 });
  });

  it('reads as a table', () => {
    expect(`${toPlainText(ratesTable(all))}\n${toPlainText(effortTable(all))}`).toMatchSnapshot();
  });

  it('survives the file', () => {
    const text = [all.header, ...all.trials].map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(parseTrials(text)).toEqual(all);
  });
});
