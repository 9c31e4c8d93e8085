/** The traced calls as a Chrome trace: host, queue and passes on tracks of their own. */
import type { Timeline } from '../../harness/record.ts';
import { microseconds, pid, slice, tracksOf } from '../trace.ts';
import type { Span, Trace, TraceEvent } from '../trace.ts';
import type { CaseProfile, Profile } from './profile.ts';

const hostTrack = 1;
const queueTrack = 2;
const firstPassTrack = 3;
/** Between two cases, which were not measured one right after the other. */
const pauseNs = 100_000;

/** Passes may run side by side: each goes to the first lane whose last one has ended. */
function lanesOf(spans: readonly Span[]): readonly number[] {
  const ends: number[] = [];
  const order = spans.map((_, index) => index).sort((a, b) => spans[a].beginNs - spans[b].beginNs);
  const lanes = new Map<number, number>();
  for (const index of order) {
    const free = ends.findIndex((endNs) => endNs <= spans[index].beginNs);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = spans[index].endNs;
    lanes.set(index, lane);
  }
  return spans.map((_, index) => lanes.get(index) ?? 0);
}

/** The queue holds the work from submit until the host saw it done, and no shorter than the GPU says it worked. */
const queueEnd = ({ doneNs, passes }: Timeline): number =>
  passes.reduce((end, { endNs }) => Math.max(end, endNs), doneNs);

function caseEvents(one: CaseProfile, timeline: Timeline, flow: number, startNs: number): TraceEvent[] {
  const at = (beginNs: number, endNs: number): Span => ({
    beginNs: startNs + beginNs,
    endNs: startNs + endNs,
  });
  const { encodedNs, submitNs, submittedNs, doneNs, passes } = timeline;
  const lanes = lanesOf(passes);
  const [firstPass] = passes;
  const events: TraceEvent[] = [
    slice(hostTrack, 'host', one.id, at(0, doneNs), { variant: one.variant }),
    slice(hostTrack, 'host', 'encode', at(0, encodedNs)),
    slice(hostTrack, 'host', 'submit', at(submitNs, submittedNs)),
    slice(hostTrack, 'host', 'wait', at(submittedNs, doneNs)),
    slice(queueTrack, 'queue', one.id, at(submitNs, queueEnd(timeline))),
    ...passes.map(({ beginNs, endNs }, index): TraceEvent => {
      const { name, facts, cost } = one.passes[index];
      const work = cost === null ? {} : { ...cost };
      return slice(firstPassTrack + lanes[index], 'gpu', name, at(beginNs, endNs), {
        shader: facts.shader,
        sha256: facts.hash,
        workgroups: facts.workgroups,
        ...work,
      });
    }),
  ];
  if (firstPass === undefined) return events;
  const arrow = { id: flow, pid, cat: 'submit', name: 'submit' } as const;
  return [
    ...events,
    { ph: 's', ...arrow, tid: hostTrack, ts: microseconds(startNs + submitNs) },
    {
      ph: 'f',
      bp: 'e',
      ...arrow,
      tid: firstPassTrack + lanes[0],
      ts: microseconds(startNs + firstPass.beginNs),
    },
  ];
}

const alignments: Readonly<Record<Timeline['alignment'], string>> = {
  'shared clock':
    'GPU timestamps and host times come from one clock: passes stand where they ran, to the nanosecond.',
  latest:
    'The GPU has a clock of its own. Passes keep their distances; the last one is put where the host saw the work done, the latest it can have ended.',
  none: 'There are no GPU timestamps for this call.',
};

/** The cases that were traced, one after the other. */
export function traceOf({ header, cases }: Profile): Trace {
  const events: TraceEvent[] = [];
  const otherData: Record<string, string> = {
    tool: `attnbench ${header.tool.version}`,
    adapter: header.adapter.description || header.adapter.name,
    runId: header.runId,
  };
  let startNs = 0;
  let passTracks = 1;
  for (const [index, one] of cases.entries()) {
    const { timeline } = one;
    if (timeline === null) continue;
    events.push(...caseEvents(one, timeline, index + 1, startNs));
    passTracks = Math.max(passTracks, 1 + Math.max(0, ...lanesOf(timeline.passes)));
    otherData[`alignment of ${one.id}`] = alignments[timeline.alignment];
    startNs += queueEnd(timeline) + pauseNs;
  }
  const tracks = [
    'host',
    'queue',
    ...Array.from({ length: passTracks }, (_, lane) => (lane === 0 ? 'passes' : `passes, lane ${lane + 1}`)),
  ];
  const named = tracksOf(`attnbench on ${header.adapter.name}`, tracks);
  return { traceEvents: [...named, ...events], displayTimeUnit: 'ns', otherData };
}
