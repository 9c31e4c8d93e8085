/** Where and with what a run was made. */
import type { RunSummary } from '../analysis.ts';
import { formatBytes, formatDuration, formatGiga } from '../../harness/format.ts';
import type { Peaks } from '../../harness/record.ts';
import { element } from './dom.ts';

const noPeaks =
  'none: there is no roofline and no share of the peak; a run without --no-peaks measures them once for each adapter';

const unitWords = { flop: 'GFLOP/s', exp: 'Gexp/s', byte: 'GB/s' } as const;

function peaksWords({ ceilings, overheads, measuredAt }: Peaks): string {
  const { submitNs, passNs, dispatchNs } = overheads;
  return [
    ...ceilings.map(({ name, unit, perSecond, by }) =>
      perSecond === null
        ? `${name}: none, ${by}`
        : `${name} ${formatGiga(perSecond)} ${unitWords[unit]} (${by})`,
    ),
    `a submit ${formatDuration(submitNs)}, one more pass ${formatDuration(passNs)}, one more dispatch ${formatDuration(dispatchNs)}`,
    `measured ${measuredAt}`,
  ].join('; ');
}

function facts({ header }: RunSummary): readonly (readonly [string, string])[] {
  const { adapter, host, clock, tool, compiler, peaks, shard } = header;
  const adapterWords = [adapter.vendor, adapter.architecture, adapter.device, adapter.description];
  return [
    ['run', header.runId],
    ['suite', header.suite],
    ['started', header.startedAt],
    ...(shard === null ? [] : [['shard', `${shard.index} of ${shard.of}`] as const]),
    ['adapter', [adapter.name, ...adapterWords.filter((word) => word !== '')].join(' · ')],
    ['kind of adapter', adapter.software ? 'software: a CPU that plays a GPU' : 'hardware'],
    ['subgroups', `${adapter.subgroupMinSize} to ${adapter.subgroupMaxSize} wide`],
    ['features', adapter.features.join(', ') || 'none'],
    [
      'limits',
      Object.entries(adapter.limits)
        .map(([name, limit]) => `${name} ${name.endsWith('Size') ? formatBytes(limit) : limit}`)
        .join(', ') || 'not recorded',
    ],
    ['host', `${host.name} ${host.runtime}, webgpu ${host.webgpu}`],
    ['machine', `${host.os}, ${host.cpu}, ${host.cores} cores, ${formatBytes(host.memoryBytes)}`],
    [
      'clock',
      `${clock.source}, step ${formatDuration(clock.tickNs)}, an empty pass reads ${formatDuration(clock.overheadNs)}${clock.quantised ? ', quantised' : ''}${clock.monotonic ? '' : ', seen running backwards'}`,
    ],
    [
      'compiler',
      compiler.loopVariablesReinitialised
        ? 'initialises loop variables anew, as WGSL asks'
        : 'keeps loop variables between iterations, against WGSL',
    ],
    ['measured peaks', peaks === null ? noPeaks : peaksWords(peaks)],
    ['flags', header.flags.join(' ') || 'none'],
    ['attnbench', [tool.version, ...(tool.commit === null ? [] : [`commit ${tool.commit}`])].join(', ')],
  ];
}

export function environmentOf(run: RunSummary): HTMLElement {
  const list = element('dl', { class: 'facts-list' });
  for (const [name, value] of facts(run)) list.append(element('dt', {}, name), element('dd', {}, value));
  return element('article', {}, element('h3', {}, run.label), list);
}
