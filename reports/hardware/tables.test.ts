import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import { toCsv, toLatex, toMarkdown } from '../table.ts';
import { fewCases, runOn } from '../testing/devices.ts';
import { hostileRun } from '../testing/hostile.ts';
import { okCase, params, peaksWith, skippedCase } from '../testing/records.ts';
import { markLetters } from './comparability.ts';
import { hasSeveralDevices } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import { ratioMatrices, relativeTable } from './ratio-tables.ts';
import { ratioText, ratioWithInterval } from './ratio-words.ts';
import { wholeScope } from './scope.ts';
import { hardwareTables, reportTables } from './tables.ts';

function analysed(runs: readonly Run[], reference?: number): HardwareAnalysis {
  const analysis = analyse(runs, { reference });
  if (!hasSeveralDevices(analysis)) throw new Error('the runs are of one device');
  return analysis;
}

const ns = [128, 512, 2048, 8192];
const shared = fewCases(['naive', 'flash', 'mamba'], ns);
/** A desk, the same in a browser, and a laptop that lacks memory for one case. */
function threeDevices(): readonly Run[] {
  const peaks = peaksWith({ f32: 60e12, readCold: 2e12 });
  const small = shared.map((record) =>
    record.kernel === 'naive' && record.params.n === 8192
      ? skippedCase('naive', params({ n: 8192 }), 'limit', 'too large')
      : record,
  );
  return [
    runOn({ name: 'desk', header: { peaks } }, 1, shared),
    runOn(
      { name: 'desk', host: { name: 'chromium', runtime: 'Chrome 143.0.1.2' }, header: { peaks } },
      1.25,
      [...shared, okCase('flash', params({ n: 16384 }))],
    ),
    runOn({ name: 'lap', header: { peaks: peaksWith({ f32: 6e12, readCold: 0.3e12 }) } }, 4, small),
  ];
}

test('tables say what there is', () => {
  const tables = hardwareTables(analysed(threeDevices()));
  expect(tables.map(({ id }) => id)).toEqual([
    'devices',
    'relative',
    'relative-by-kernel',
    'best-device',
    'best-kernel',
    'share-of-peak',
    'crossovers-by-device',
    'implementations',
    'ratios',
  ]);
  expect(tables.slice(0, -1).map(toMarkdown).join('\n')).toMatchSnapshot();
});

test('a mean is over the cases that both have', () => {
  const [, relative] = hardwareTables(analysed(threeDevices(), 2));
  const column = (key: string): number => relative.columns.findIndex((one) => one.key === key);
  // 12 of the 13 cases of the browser, and one of them the laptop could not hold.
  expect(relative.rows.map((row) => row[column('cases')].value)).toEqual([11, 11, 11]);
  expect(relative.rows.map((row) => row[column('time_ratio')].text.slice(0, 5))).toEqual([
    '0.25×',
    '0.31×',
    '1 (re',
  ]);
});

test('the ratios of every case are there for programs', () => {
  const ratios = hardwareTables(analysed(threeDevices())).at(-1);
  if (ratios === undefined) throw new Error('no tables');
  const lines: Record<string, string>[] = parse(toCsv(ratios), { columns: true });
  expect(lines).toHaveLength(13 + 11);
  const line = lines.find(({ name, kernel, n }) => name === 'lap' && kernel === 'flash' && n === '512');
  expect(Number(line?.['time_ratio'])).toBeCloseTo(4, 12);
  expect(Number(line?.['time_ratio_low'])).toBeLessThan(4);
  expect(Number(line?.['median_ns']) / Number(line?.['reference_median_ns'])).toBeCloseTo(4, 12);
  expect(Number(line?.['share_of_peak'])).toBeGreaterThan(0);
  // A case that the reference lacks has no ratio.
  expect(lines.find(({ n }) => n === '16384')).toMatchObject({ time_ratio: '', reference_median_ns: '' });
});

test('a scope leaves out devices and cases', () => {
  const analysis = analysed(threeDevices());
  const scope = { ...wholeScope(analysis), devices: [0, 2] };
  const [matrix, ...more] = ratioMatrices(
    analysis,
    { ...scope, keep: ({ kernel }) => kernel === 'naive' },
    0,
  );
  expect(matrix.columns.map(({ title }) => title)).toEqual(['kernel', 'n', 'lap']);
  expect(matrix.rows.map((row) => row.map(({ text }) => text))).toEqual([
    ['naive', '128', '4.00×'],
    ['naive', '512', '4.00×'],
    ['naive', '2048', '4.00×'],
  ]);
  expect(more).toEqual([]);
  const relative = relativeTable(analysis, { ...scope, keep: ({ n }) => n === 512 });
  expect(relative.rows.map((row) => row[0].text)).toEqual(['desk in Node', 'lap']);
  expect(relative.rows[1].at(-2)?.value).toBe(3);
});

test('one device has the tables that it always had', () => {
  const [run] = threeDevices();
  expect(reportTables(analyse([run])).map(({ id }) => id)).toEqual(['results', 'exponents', 'crossovers']);
});

test('names from records are text in every format', () => {
  const text = '<script>|&_$%"';
  const other = runOn({ name: 'lap' }, 2, hostileRun(text).cases);
  const tables = hardwareTables(analysed([hostileRun(text), other]));
  for (const table of tables) {
    expect(toMarkdown(table)).not.toContain('<script>');
    expect(toLatex(table)).not.toMatch(/[^\\][_$%]"/);
    const lines: string[][] = parse(toCsv(table));
    expect(lines).toHaveLength(table.rows.length + 1);
  }
});

test('ratios have three digits', () => {
  expect([0.0532, 1, 9.996, 12.34, 345.6].map((value) => ratioText({ value }))).toEqual([
    '0.05×',
    '1.00×',
    '10.0×',
    '12.3×',
    '346×',
  ]);
  expect(ratioWithInterval({ value: 1.834, interval: { low: 1.79, high: 1.881 } })).toBe(
    '1.83× [1.79, 1.88]',
  );
  expect(ratioWithInterval({ value: 1.834, interval: null })).toBe('1.83×');
});

test('docs/hardware-report.md has every table, every remark and every letter', () => {
  const document = readFileSync(new URL('../../docs/hardware-report.md', import.meta.url), 'utf8');
  const ids = [...hardwareTables(analysed(threeDevices())).map(({ id }) => id), 'comparability'];
  for (const id of ids) expect(document).toMatch(new RegExp(`^\\| \`${id}\` `, 'm'));
  for (const letter of Object.values(markLetters)) expect(document).toContain(`marked \`${letter}\``);
});
