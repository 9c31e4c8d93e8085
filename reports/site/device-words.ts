/** What an adapter can do, in words for whoever owns it. */
import { formatBytes, formatDuration } from '../../harness/format.ts';
import type { SessionFacts } from '../../harness/session-messages.ts';

type Fact = readonly [name: string, words: string];

function clockWords({ clock }: SessionFacts): string {
  if (clock.source === 'wall')
    return 'none: calls are timed from submit to done, which takes in the way there and back';
  return `yes, in steps of ${formatDuration(clock.tickNs)}`;
}

function subgroupWords({ adapter }: SessionFacts): string {
  const { features, subgroupMinSize: least, subgroupMaxSize: most } = adapter;
  if (!features.includes('subgroups')) return 'no: kernels take their way without';
  return least === most ? `yes, ${most} wide` : `yes, ${least} to ${most} wide`;
}

/** Scores of naive attention are n × n numbers of four bytes for each head. */
const longestNaive = (bytes: number, heads: number): number => Math.floor(Math.sqrt(bytes / (4 * heads)));

export function adapterTitle({ adapter }: Pick<SessionFacts, 'adapter'>): string {
  const { name, description, device, vendor, architecture } = adapter;
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || name;
}

export function deviceFacts(facts: SessionFacts, browser: string): readonly Fact[] {
  const { adapter, caps } = facts;
  const { limits } = caps;
  const buffer = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const family = [adapter.vendor, adapter.architecture].filter(Boolean).join(' ');
  return [
    ['adapter', adapterTitle(facts)],
    ...(family === '' || family === adapterTitle(facts) ? [] : [['family', family] as const]),
    ['kind', adapter.software ? 'software: the processor plays a graphics card' : 'hardware'],
    [
      'half precision',
      adapter.features.includes('shader-f16')
        ? 'yes: f16 is measured'
        : 'no: f16 is skipped; f16 stored in 32-bit words is measured',
    ],
    ['subgroups', subgroupWords(facts)],
    ['GPU timer', clockWords(facts)],
    [
      'largest buffer',
      `${formatBytes(buffer)}: naive attention with 8 heads fits up to n = ${longestNaive(buffer, 8)}`,
    ],
    [
      'workgroup',
      `${limits.maxComputeInvocationsPerWorkgroup} invocations, ${formatBytes(limits.maxComputeWorkgroupStorageSize)} of shared memory`,
    ],
    ['browser', browser],
  ];
}

/** What a reader should know before believing a number. */
export function deviceNotes({ adapter, clock }: SessionFacts, isolated: boolean): readonly string[] {
  return [
    ...(adapter.software
      ? [
          'This is a software adapter: its times show how a kernel grows with n, not how fast a graphics card is.',
        ]
      : []),
    ...(clock.source === 'wall'
      ? ['Without a GPU timer short cases say little: what a submit costs is in every time.']
      : []),
    ...(clock.quantised
      ? [
          `The timer counts in steps of ${formatDuration(clock.tickNs)}, which browsers do on purpose. Short calls are repeated within a sample until a step is at most half a percent of it, so that they take longer and are still told apart.`,
        ]
      : []),
    ...(isolated
      ? []
      : [
          'The host of this page does not isolate it from other origins, so the browser reads wall times for it off a coarse clock. GPU times are not concerned. A host that sends Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, as attnbench serve does, gives it the fine one.',
        ]),
  ];
}
