/** Against a reader of workflow commands: what the runner undoes of the escaping of actions/toolkit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonOf, sampleCases, sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { header, params, scalingRun, wrongCase } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { annotationsOfComparison, annotationsOfRuns } from './annotations.ts';

interface Command {
  readonly level: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const unescapeMessage = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string =>
  unescapeMessage(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** Throws on a line that is no annotation; a runner would take it for output. */
function read(text: string): readonly Command[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const command = /^::(error|warning|notice) ((?:[a-z]+=[^,:]*)(?:,[a-z]+=[^,:]*)*)::(.*)$/su.exec(line);
      if (command === null) throw new Error(`no annotation: ${line}`);
      const properties = command[2].split(',').map((word) => {
        const at = word.indexOf('=');
        return [word.slice(0, at), unescapeProperty(word.slice(at + 1))];
      });
      return {
        level: command[1],
        properties: Object.fromEntries(properties),
        message: unescapeMessage(command[3]),
      };
    });
}

test('a run shows what is wrong, impossible or failed', () => {
  const found = read(annotationsOfRuns(reportedOf(scalingRun())));
  expect(found.map(({ level, properties }) => [level, properties['title'], properties['file']])).toEqual([
    ['error', 'attnbench: WrongNumbers', 'kernels/mamba/mamba.wgsl'],
    ['error', 'attnbench: ImpossibleTime', 'kernels/performer/performer.wgsl'],
    ['error', 'attnbench: Failed', 'kernels/bigbird/kernel.ts'],
  ]);
});

describe('a comparison', () => {
  test('shows the worst first, at the file and line that are meant', () => {
    const found = read(annotationsOfComparison(sampleComparison()));
    expect(
      found.slice(0, 4).map(({ properties }) => [properties['title'], properties['line'], properties['col']]),
    ).toEqual([
      ['attnbench: WrongNumbers', '1', undefined],
      ['attnbench: Regression', '1', undefined],
      ['attnbench: Regression', '1', undefined],
      ['attnbench: Failed', '41', '7'],
    ]);
    expect(found[1].message).toContain('+24.6 % [');
  });
  test('of a machine that cannot be trusted says so first', () => {
    const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
    const [first, ...others] = read(annotationsOfComparison(sampleComparison({ control })));
    expect(first).toMatchObject({ level: 'error', message: 'the A/A arms differ' });
    expect(
      others
        .filter(({ properties }) => properties['title'] === 'attnbench: Regression')
        .map(({ level }) => level),
    ).toEqual(['warning', 'warning']);
  });
  test('of many findings has the worst nine of a level and their number', () => {
    const regressed = sampleCases().filter(({ verdict }) => verdict === 'REGRESSED');
    const many = Array.from({ length: 20 }, (_, index) =>
      regressed.map((one) => ({ ...one, id: `${one.id},window=${index}`, exact: [] })),
    ).flat();
    const found = read(annotationsOfComparison(comparisonOf(many)));
    expect(found).toHaveLength(10);
    expect(found[9].message).toBe('and 31 more: the report has them all');
    for (const { message } of found.slice(0, 9)) expect(message).toContain('longformer');
  });
});

test('ten of a level are shown as they are', () => {
  const cases = Array.from({ length: 10 }, (_, index) => wrongCase('flash', params({ n: 64 + index }), 'no'));
  const found = read(annotationsOfRuns(reportedOf({ header: header(), cases })));
  expect(found.map(({ message }) => message.includes('more'))).toEqual(
    Array.from({ length: 10 }, () => false),
  );
});

test('strings survive whatever they hold, and none begins a command of its own', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const well = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
      for (const file of [
        annotationsOfRuns(reportedOf(hostileRun(text))),
        annotationsOfComparison(hostileComparison(text)),
      ]) {
        const found = read(file);
        expect(found.length).toBeGreaterThan(2);
        for (const { message } of found) expect(message).toContain(well);
      }
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
