/** Traces for Perfetto: of a run the traced calls, of a comparison what its sessions measured. */
import type { Comparison, SessionOfCase } from '../../harness/gate/comparison.ts';
import { timedOf } from '../comparison/verdicts.ts';
import { profileOf } from '../profile/profile.ts';
import { traceOf } from '../profile/trace.ts';
import { slice, tracksOf } from '../trace.ts';
import type { Trace, TraceEvent } from '../trace.ts';
import type { Reported } from './reported.ts';

const sessionTrack = 1;
const baseTrack = 2;
const headTrack = 3;

/** Each run is a process of its own. */
export function traceOfRuns({ runs, analysis }: Reported): string {
  const traces = runs.map((run) => traceOf(profileOf(run)));
  const trace: Trace = {
    displayTimeUnit: 'ns',
    traceEvents: traces.flatMap(({ traceEvents }, index) =>
      traceEvents.map((event) => ({
        ...event,
        pid: index + 1,
        ...('id' in event ? { id: event.id + index * 1e6 } : {}),
      })),
    ),
    otherData: Object.fromEntries(
      traces.flatMap(({ otherData }, index) =>
        Object.entries(otherData).map(([name, value]) => [
          runs.length === 1 ? name : `${analysis.runs[index].label}: ${name}`,
          value,
        ]),
      ),
    ),
  };
  return JSON.stringify(trace);
}

interface CaseInSession {
  readonly id: string;
  readonly verdict: string;
  readonly session: SessionOfCase;
}

function eventsOf(
  { id, verdict, session }: CaseInSession,
  beginNs: number,
): { readonly events: readonly TraceEvent[]; readonly endNs: number } {
  const { stage, pairs, baseNs, headNs, logRatio, controlLogRatio, orderEffect } = session;
  const middleNs = beginNs + pairs * baseNs;
  const endNs = middleNs + pairs * headNs;
  const args = {
    verdict,
    stage,
    pairs,
    logRatio,
    orderEffect,
    ...(controlLogRatio === null ? {} : { controlLogRatio }),
  };
  return {
    endNs,
    events: [
      slice(sessionTrack, 'case', id, { beginNs, endNs }, args),
      slice(baseTrack, 'gpu', id, { beginNs, endNs: middleNs }, { medianNs: baseNs, pairs }),
      slice(headTrack, 'gpu', id, { beginNs: middleNs, endNs }, { medianNs: headNs, pairs }),
    ],
  };
}

/** Sessions one after the other, in each the cases, in each base and head as long as all their pairs took. */
export function traceOfComparison(comparison: Comparison): string {
  const bySession = new Map<number, CaseInSession[]>();
  for (const one of comparison.cases) {
    for (const session of timedOf(one)?.sessions ?? []) {
      const member = { id: one.id, verdict: one.verdict, session };
      bySession.set(session.session, [...(bySession.get(session.session) ?? []), member]);
    }
  }
  const events: TraceEvent[] = [];
  let startNs = 0;
  for (const [number, members] of [...bySession].sort(([a], [b]) => a - b)) {
    let endNs = startNs;
    const inside: TraceEvent[] = [];
    for (const member of members) {
      const made = eventsOf(member, endNs);
      inside.push(...made.events);
      endNs = made.endNs;
    }
    events.push(
      slice(
        sessionTrack,
        'session',
        `session ${number}`,
        { beginNs: startNs, endNs },
        { cases: members.length },
      ),
      ...inside,
    );
    startNs = endNs;
  }
  const trace: Trace = {
    displayTimeUnit: 'ns',
    traceEvents: [
      ...tracksOf(`attnbench compare on ${comparison.adapter?.name ?? 'no adapter'}`, [
        'sessions',
        'base',
        'head',
      ]),
      ...events,
    ],
    otherData: {
      tool: `attnbench ${comparison.tool.version}`,
      comparisonId: comparison.comparisonId,
      scale:
        'Base and head took turns pair by pair; here each is one slice, as long as its median times its pairs.',
    },
  };
  return JSON.stringify(trace);
}
