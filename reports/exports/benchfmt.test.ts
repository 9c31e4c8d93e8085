/** Against a strict reader of the format, written from its proposal (golang/proposal 14313). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median } from '../../harness/stats.ts';
import { comparisonOf, sampleCases, sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { header, okCase, params, scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { benchfmtOfRuns, benchfmtOfSide } from './benchfmt.ts';

interface Result {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly calls: number;
  readonly values: Readonly<Record<string, number>>;
  readonly configuration: Readonly<Record<string, string>>;
}

interface Bench {
  readonly results: readonly Result[];
  readonly units: Readonly<Record<string, string>>;
}

const number = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** Throws on a line that begins like one of the format's and is none. */
function readBench(text: string): Bench {
  expect(text.endsWith('\n')).toBe(true);
  const results: Result[] = [];
  const units: Record<string, string> = {};
  const configuration: Record<string, string> = {};
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === '' || line.startsWith('#')) continue;
    const config = /^(\p{Ll}[^\p{Lu}\s:]*):(?:[ \t]+(.*))?$/u.exec(line);
    if (config !== null) {
      configuration[config[1]] = config[2] ?? '';
      continue;
    }
    const fields = line.split(/\s+/u);
    if (fields[0] === 'Unit') {
      units[fields[1]] = fields.slice(2).join(' ');
      continue;
    }
    if (!/^Benchmark\p{Lu}/u.test(fields[0])) throw new Error(`no line of the format: ${line}`);
    if (fields.length < 4 || fields.length % 2 !== 0) throw new Error(`${fields.length} fields: ${line}`);
    if (!/^[1-9]\d*$/.test(fields[1])) throw new Error(`no count: ${line}`);
    const pairs = fields.slice(2).flatMap((field, index, all): [string, number][] => {
      if (index % 2 === 1) return [];
      if (!number.test(field)) throw new Error(`no number: ${field}`);
      return [[all[index + 1], Number(field)]];
    });
    if (/-\d+$/.test(fields[0])) throw new Error(`would be read as a count of processors: ${fields[0]}`);
    const keys = fields[0].split('/').flatMap((part): [string, string][] => {
      const at = part.indexOf('=');
      return at === -1
        ? []
        : [[decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))]];
    });
    results.push({
      name: fields[0],
      keys: Object.fromEntries(keys),
      calls: Number(fields[1]),
      values: Object.fromEntries(pairs),
      configuration: { ...configuration },
    });
  }
  return { results, units };
}

describe('of a run', () => {
  test('one line a case, with its axes as keys, its units and where it was measured', () => {
    const run = scalingRun();
    const { results, units } = readBench(benchfmtOfRuns(reportedOf(run)));
    expect(units).toEqual({
      'ns/op': 'better=lower assume=nothing',
      'flop/s': 'better=higher assume=nothing',
      'peak-bytes': 'better=lower assume=exact',
    });
    const timed = run.cases.flatMap((record) => (record.status === 'ok' ? [record] : []));
    expect(results).toHaveLength(timed.length);
    const [first] = results;
    expect(first.keys).toMatchObject({ kernel: 'copy', suite: 'scaling', n: '128', precision: 'f32' });
    expect(first.calls).toBe(timed[0].gpuNs.length);
    expect(first.values['ns/op']).toBe(median(timed[0].gpuNs));
    expect(first.values['flop/s']).toBeCloseTo((timed[0].cost.flops / median(timed[0].gpuNs)) * 1e9, -3);
    expect(first.values['peak-bytes']).toBe(timed[0].bytes.peak);
    expect(first.configuration).toMatchObject({ adapter: 'synthetic', cpu: 'synthetic' });
  });

  test('one line a round, in order, where cases took turns', () => {
    const whole = okCase('flash', params({ n: 256 }), { samples: 12 });
    const record = { ...whole, rounds: [5, 0, 7], repeats: 3 };
    const { results } = readBench(benchfmtOfRuns(reportedOf({ header: header(), cases: [record] })));
    expect(results.map(({ calls, values }) => [calls, values['ns/op']])).toEqual([
      [15, median(record.gpuNs.slice(0, 5))],
      [21, median(record.gpuNs.slice(5))],
    ]);
  });

  test('runs side by side keep their configurations apart', () => {
    const run = scalingRun([128, 256]);
    const other = {
      ...run,
      header: header({ runId: 'two', adapter: { ...header().adapter, name: 'other' } }),
    };
    const { results } = readBench(benchfmtOfRuns(reportedOf(run, other)));
    const adapters = results.map(({ configuration }) => configuration['adapter']);
    expect(new Set(adapters)).toEqual(new Set(['synthetic', 'other']));
    expect(adapters.filter((name) => name === 'other')).toHaveLength(results.length / 2);
  });
});

describe('of a comparison', () => {
  const sample = sampleComparison();
  test('one line a session and side, in the order of the sessions', () => {
    const { results } = readBench(benchfmtOfSide(comparisonOf(sampleCases()), 'head'));
    const flash = sample.cases.find(({ id }) => id.startsWith('scaling/flash:n=1024'));
    const sessions = flash !== undefined && 'timed' in flash ? (flash.timed?.sessions ?? []) : [];
    const lines = results.filter(({ keys }) => keys['kernel'] === 'flash' && keys['n'] === '1024');
    expect(lines.map(({ calls, values }) => [calls, values['ns/op']])).toEqual(
      sessions.map(({ pairs, headNs }) => [pairs, headNs]),
    );
    expect(lines[0].values['peak-bytes']).toBe(9 * 2 ** 20);
  });

  test('base and head have the same configuration and names, so that benchstat puts them side by side', () => {
    const [base, head] = (['base', 'head'] as const).map((side) => readBench(benchfmtOfSide(sample, side)));
    expect(head.results.map(({ name, configuration }) => [name, configuration])).toEqual(
      base.results.map(({ name, configuration }) => [name, configuration]),
    );
    expect(head.results.map(({ values }) => values['ns/op'])).not.toEqual(
      base.results.map(({ values }) => values['ns/op']),
    );
  });
});

test('names survive whatever they hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const well = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
      const sides = ['base', 'head'] as const;
      const files = [
        benchfmtOfRuns(reportedOf(hostileRun(text))),
        ...sides.map((side) => benchfmtOfSide(hostileComparison(text), side)),
      ];
      for (const file of files) {
        const { results } = readBench(file);
        expect(results.length).toBeGreaterThan(0);
        for (const { keys } of results) expect(keys).toMatchObject({ kernel: well, suite: well });
      }
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
