/**
 * The Go benchmark format (golang/proposal 14313), for benchstat. One line is one repetition: a round of a run, a session of a comparison.
 * benchstat splits its tables by configuration, so what tells two files to be compared apart stands in comments.
 */
import type { Comparison, ComparedCase } from '../../harness/gate/comparison.ts';
import { primarySamplesNs } from '../../harness/record.ts';
import type { RunHeader } from '../../harness/record.ts';
import { median } from '../../harness/stats.ts';
import { exactValue, sideText, timedOf } from '../comparison/verdicts.ts';
import { axesOfId, timedCases } from './reported.ts';
import type { Reported, TimedCase } from './reported.ts';
import { oneLine, wellFormed } from './text.ts';

interface ResultLine {
  readonly name: string;
  readonly calls: number;
  readonly ns: number;
  readonly flops: number | null;
  readonly peakBytes: number | null;
}

const units = `Unit ns/op better=lower assume=nothing
Unit flop/s better=higher assume=nothing
Unit peak-bytes better=lower assume=exact
`;

const encoded = (text: string): string =>
  encodeURIComponent(wellFormed(text)).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  );

/** `BenchmarkAttention/kernel=flash/suite=scaling/n=1024`: parts by key, so that benchstat can project on them. */
export function benchmarkName(one: {
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
}): string {
  const axes = axesOfId(one)
    .split(',')
    .map((word) => {
      const [axis, ...value] = word.split('=');
      return value.length === 0 ? encoded(axis) : `${encoded(axis)}=${encoded(value.join('='))}`;
    });
  const name = [
    'BenchmarkAttention',
    `kernel=${encoded(one.kernel)}`,
    `suite=${encoded(one.suite)}`,
    ...axes,
  ].join('/');
  // A number behind a hyphen at the end would be read as that of the processors.
  return name.replace(/-(?=\d+$)/, '%2D');
}

function resultLine({ name, calls, ns, flops, peakBytes }: ResultLine): string {
  const values = [
    `${ns} ns/op`,
    ...(flops !== null && flops > 0 && ns > 0 ? [`${(flops / ns) * 1e9} flop/s`] : []),
    ...(peakBytes === null ? [] : [`${peakBytes} peak-bytes`]),
  ];
  return `${[name, calls, ...values].join(' ')}\n`;
}

function configuration(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => [key, oneLine(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

const place = (header: Pick<RunHeader, 'host'>, adapter: RunHeader['adapter'] | null): string =>
  configuration({
    adapter: adapter?.name ?? 'none',
    'adapter-description': adapter?.description ?? '',
    host: `${header.host.name} ${header.host.runtime}`,
    webgpu: header.host.webgpu,
    os: header.host.os,
    cpu: header.host.cpu,
  });

/** Of a case that took turns with others one line a round, else one line. */
function linesOfCase({ record, timing }: TimedCase): readonly ResultLine[] {
  const samplesNs = primarySamplesNs(record);
  const same = { name: benchmarkName(record), flops: record.cost.flops, peakBytes: record.bytes.peak };
  const rounds = (record.rounds ?? []).filter((count) => count > 0);
  if (rounds.length < 2) return [{ ...same, calls: samplesNs.length * record.repeats, ns: timing.medianNs }];
  let end = 0;
  return rounds.map((count) => ({
    ...same,
    calls: count * record.repeats,
    ns: median(samplesNs.slice(end, (end += count))),
  }));
}

export function benchfmtOfRuns(reported: Reported): string {
  const cases = timedCases(reported);
  return reported.runs
    .map((run) => {
      const { runId, startedAt, tool } = run.header;
      const lines = cases.filter(({ header }) => header === run.header).flatMap(linesOfCase);
      return [
        `# attnbench ${oneLine(tool.version)}, commit ${oneLine(tool.commit ?? 'unknown')}, run ${oneLine(runId)}, ${oneLine(startedAt)}\n`,
        place(run.header, run.header.adapter),
        units,
        ...lines.map(resultLine),
      ].join('');
    })
    .join('\n');
}

function sessionLines(
  one: ComparedCase,
  side: 'base' | 'head',
): readonly (ResultLine & { readonly session: number })[] {
  const flops = exactValue(one, 'flops', side);
  const peakBytes = exactValue(one, 'peakBytes', side);
  return (timedOf(one)?.sessions ?? []).map(({ session, pairs, baseNs, headNs }) => ({
    session,
    name: benchmarkName(one),
    calls: pairs,
    ns: side === 'base' ? baseNs : headNs,
    flops,
    peakBytes,
  }));
}

/** One side of a comparison, session by session. */
export function benchfmtOfSide(comparison: Comparison, side: 'base' | 'head'): string {
  const lines = comparison.cases.flatMap((one) => sessionLines(one, side));
  return [
    `# ${side}: ${oneLine(sideText(comparison[side]))}; attnbench ${oneLine(comparison.tool.version)}, ${oneLine(comparison.startedAt)}\n`,
    place(comparison, comparison.adapter),
    units,
    ...lines.sort((a, b) => a.session - b.session).map(resultLine),
  ].join('');
}
