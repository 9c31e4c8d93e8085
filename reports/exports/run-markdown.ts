/** A run for a pull request or a step's summary: what went wrong first, then how time grows, the rest folded. */
import {
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatExponent,
  formatGiga,
} from '../../harness/format.ts';
import type { Group } from '../groups.ts';
import { comparabilityOf } from '../hardware/comparability.ts';
import { hasSeveralDevices } from '../hardware/judge.ts';
import { relativeTable } from '../hardware/ratio-tables.ts';
import type { Row } from '../rows.ts';
import { crossoverSentence, placeWordsOf } from '../tables.ts';
import { fitted, folded, marker, sparkline, tablePart, textPart } from './markdown.ts';
import type { Part } from './markdown.ts';
import { casesOf } from './reported.ts';
import type { Reported } from './reported.ts';
import { markdownCode } from './text.ts';

const gravest: readonly Row['status'][] = ['wrong', 'invalid', 'failed', 'timeout', 'lost'];

function headOf({ analysis }: Reported): string {
  const { runs, rows, warnings } = analysis;
  const suites = [...new Set(runs.map(({ header }) => header.suite))];
  const labels = runs.map(({ label }) => label);
  const bad = gravest.flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const timed = rows.filter(({ timing }) => timing !== null).length;
  const counts = [`${rows.length} cases`, `${timed} timed`, ...bad].join(', ');
  return [
    marker('run', ...suites, ...labels),
    `### attnbench: ${counts}\n\n`,
    `${markdownCode(suites.join(', '))} on ${markdownCode(labels.join(', '))}\n\n`,
    ...warnings.map(
      ({ run, code, message }) =>
        `- **${code}**${runs.length > 1 ? ` (${markdownCode(run)})` : ''}: ${markdownCode(message)}\n`,
    ),
    warnings.length === 0 ? '' : '\n',
  ].join('');
}

function problemsPart(reported: Reported): readonly Part[] {
  const cases = casesOf(reported).filter(({ record }) => gravest.includes(record.status));
  if (cases.length === 0) return [];
  const worst = [...cases].sort(
    (a, b) => gravest.indexOf(a.record.status) - gravest.indexOf(b.record.status),
  );
  const rows = worst.map(({ name, record }) => [
    `❌ ${record.status}`,
    markdownCode(name),
    markdownCode(record.reason?.message ?? ''),
  ]);
  return [
    tablePart(
      [
        ['status', 'left'],
        ['case', 'left'],
        ['why', 'left'],
      ],
      rows,
    ),
  ];
}

function growthPart({ analysis }: Reported): readonly Part[] {
  const { groups, rows } = analysis;
  if (groups.length === 0) return [];
  const words = placeWordsOf(analysis);
  const timesOf = (group: Group): readonly (number | null)[] =>
    group.rows.map((row) => rows[row].timing?.medianNs ?? null);
  const all = groups.flatMap((group) => timesOf(group).filter((ns) => ns !== null));
  const [smallest, largest] = [Math.min(...all), Math.max(...all)];
  const longest = (group: Group): number => timesOf(group).findLast((ns) => ns !== null) ?? 0;
  const places = groups.map(words);
  const told = places.some((place) => place !== '');
  const lines = [...groups]
    .sort((a, b) => longest(b) - longest(a))
    .map((group) => {
      const times = timesOf(group);
      const known = times.filter((ns) => ns !== null);
      const lengths = group.rows.map((row) => rows[row].params.n);
      const { exponent } = group.time;
      return [
        markdownCode(group.kernel),
        ...(told ? [markdownCode(words(group))] : []),
        known.length === 0 ? '–' : `<code>${sparkline(times, smallest, largest)}</code>`,
        `${lengths[0]} – ${lengths.at(-1)}`,
        known.length === 0 ? '–' : `${formatDuration(known[0])} – ${formatDuration(known[known.length - 1])}`,
        exponent.kind === 'fit' ? formatExponent(exponent.exponent, exponent.interval) : '–',
      ];
    });
  return [
    tablePart(
      [
        ['kernel', 'left'],
        ...(told ? [['at', 'left'] as const] : []),
        ['time by n', 'left'],
        ['n', 'right'],
        ['median', 'right'],
        ['exponent', 'right'],
      ],
      lines,
    ),
  ];
}

function resultsPart(reported: Reported): Part {
  const cases = casesOf(reported).filter(({ row }) => row.timing !== null);
  const rows = cases.map(({ name, row: { timing, bytes } }) => [
    markdownCode(name),
    timing === null ? '–' : formatDuration(timing.medianNs),
    timing?.interval ? formatDurationRange(timing.interval.lowNs, timing.interval.highNs) : '–',
    timing === null || timing.flopsPerSecond === null ? '–' : formatGiga(timing.flopsPerSecond),
    bytes === null ? '–' : formatBytes(bytes.peak),
  ]);
  const table = tablePart(
    [
      ['case', 'left'],
      ['median', 'right'],
      ['95 % interval', 'right'],
      ['GFLOP/s', 'right'],
      ['memory', 'right'],
    ],
    rows,
  );
  return folded(`All ${cases.length} times`, table);
}

/** Several devices: how each compares with the reference, and what is not measured alike. */
function devicesPart({ analysis }: Reported): readonly Part[] {
  if (!hasSeveralDevices(analysis)) return [];
  const { columns, rows } = relativeTable(analysis);
  const positions = columns.flatMap(({ title }, index) => (title === null ? [] : [index]));
  const findings = comparabilityOf(analysis);
  return [
    tablePart(
      positions.map((index) => [columns[index].title ?? '', columns[index].align] as const),
      rows.map((row) => positions.map((index) => markdownCode(row[index].text))),
    ),
    ...(findings.length === 0
      ? []
      : [
          folded(`${findings.length} remarks on what is not measured alike`, {
            before: '',
            rows: findings.map(({ code, message }) => `- ${code}: ${markdownCode(message)}\n`),
            after: '\n',
          }),
        ]),
  ];
}

function partsOf(reported: Reported): readonly Part[] {
  const { analysis } = reported;
  const crossings = analysis.crossovers.filter(({ crossover }) => crossover.kind === 'crossing');
  const skipped = casesOf(reported).filter(({ record }) => record.status === 'skipped');
  const bullets = (lines: readonly string[]): Part => ({
    before: '',
    rows: lines.map((line) => `- ${line}\n`),
    after: '\n',
  });
  return [
    textPart(headOf(reported)),
    ...devicesPart(reported),
    ...problemsPart(reported),
    ...growthPart(reported),
    ...(crossings.length === 0
      ? []
      : [
          folded(
            `${crossings.length} crossovers`,
            bullets(crossings.map((row) => markdownCode(crossoverSentence(row)))),
          ),
        ]),
    resultsPart(reported),
    ...(skipped.length === 0
      ? []
      : [
          folded(
            `${skipped.length} skipped`,
            bullets(
              skipped.map(
                ({ name, record }) => `${markdownCode(name)}: ${markdownCode(record.reason?.message ?? '')}`,
              ),
            ),
          ),
        ]),
    folded(
      'Where this was measured',
      bullets(
        analysis.runs.map(({ label, header: { adapter, host, clock, tool, runId, startedAt } }) =>
          markdownCode(
            `${label}: ${adapter.description || adapter.name}; ${host.name} ${host.runtime}, ${host.os}, ${host.cpu}; clock ${clock.source}; attnbench ${tool.version}; run ${runId}, ${startedAt}`,
          ),
        ),
      ),
    ),
  ];
}

/** At most so many bytes. */
export const runMarkdown = (reported: Reported, mostBytes: number): string =>
  fitted(partsOf(reported), mostBytes);
