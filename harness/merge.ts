/** Joins the shards of one sweep into one run. Pure: who calls reads and writes the folders. */
import type { CaseRecord, Run, RunHeader } from './record.ts';

export interface NamedRun {
  /** How messages call it: its folder. */
  readonly name: string;
  readonly run: Run;
}

export type Merged =
  | {
      readonly kind: 'merged';
      readonly run: Run;
      /** Planned cases that no part has. */
      readonly missing: readonly string[];
      /** Records that stood in several parts, the same each time. */
      readonly duplicates: number;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** A fact of the header that must be the same in all parts, or their times are not of one run. */
interface Fact {
  readonly what: string;
  readonly of: (header: RunHeader) => string;
}

const facts: readonly Fact[] = [
  { what: 'suites', of: ({ suite }) => suite },
  {
    what: 'adapters',
    of: ({ adapter }) => `${adapter.description || adapter.device || adapter.vendor} (${adapter.name})`,
  },
  {
    what: 'adapters',
    of: ({ adapter: { vendor, architecture, device } }) => [vendor, architecture, device].join(' '),
  },
  // A software adapter is its processor.
  {
    what: 'processors',
    of: ({ adapter, host }) => (adapter.software ? `${host.cores} cores of ${host.cpu}` : ''),
  },
  { what: 'hosts', of: ({ host }) => `${host.name} with webgpu ${host.webgpu}` },
  { what: 'adapter flags', of: ({ flags }) => flags.join(' ') },
  {
    what: 'sampling times',
    of: ({ secondsPerCase }) => (secondsPerCase === null ? "the suites' own" : `${secondsPerCase} s a case`),
  },
  { what: 'shapes', of: ({ shapes }) => shapes ?? 'tuned' },
  { what: 'clocks', of: ({ clock }) => clock.source },
  {
    what: 'versions of attnbench',
    of: ({ tool }) => (tool.commit === null ? tool.version : `${tool.version} (${tool.commit})`),
  },
];

/** Merges the runs, or says in a sentence why they do not belong together. */
export function mergeRuns(runs: readonly NamedRun[]): Merged {
  const [first, ...others] = runs;
  if (first === undefined) return { kind: 'refused', message: 'name at least one run to merge' };
  for (const other of others) {
    const problem = difference(first, other);
    if (problem !== null) return { kind: 'refused', message: problem };
  }
  const records = new Map<string, { readonly name: string; readonly record: CaseRecord }>();
  let duplicates = 0;
  let sessions = 0;
  for (const { name, run } of runs) {
    for (const record of run.cases) {
      const earlier = records.get(record.id);
      if (earlier === undefined) {
        records.set(record.id, { name, record: { ...record, session: record.session + sessions } });
      } else if (sameMeasurement(earlier.record, record)) duplicates++;
      else {
        return {
          kind: 'refused',
          message: `${record.id} was measured in ${earlier.name} and again in ${name}; leave one of them out`,
        };
      }
    }
    // Each part counted its processes from 1.
    sessions += Math.max(0, ...run.cases.map(({ session }) => session));
  }
  const planned = first.run.header.plannedCases;
  const stray = firstNotIn(planned, [...records.keys()]);
  if (stray !== undefined) {
    const name = records.get(stray)?.name ?? '';
    return { kind: 'refused', message: `${stray} in ${name} is not one of the cases that the run planned` };
  }
  const cases = planned.flatMap((id) => records.get(id)?.record ?? []);
  return {
    kind: 'merged',
    run: { header: { ...first.run.header, shard: null, startedAt: earliest(runs) }, cases },
    missing: planned.filter((id) => !records.has(id)),
    duplicates,
  };
}

function difference(a: NamedRun, b: NamedRun): string | null {
  for (const { what, of } of facts) {
    const [inA, inB] = [of(a.run.header), of(b.run.header)];
    if (inA !== inB)
      return `${a.name} and ${b.name} have different ${what}: ${inA} and ${inB}; merge shards of one sweep`;
  }
  return planDifference(a, b) ?? sourceDifference(a, b);
}

function firstNotIn(known: readonly string[], ids: readonly string[]): string | undefined {
  const set = new Set(known);
  return ids.find((id) => !set.has(id));
}

function planDifference(a: NamedRun, b: NamedRun): string | null {
  const [inA, inB] = [a.run.header.plannedCases, b.run.header.plannedCases];
  const [onlyA, onlyB] = [firstNotIn(inB, inA), firstNotIn(inA, inB)];
  if (onlyA !== undefined)
    return `${a.name} planned ${onlyA} and ${b.name} did not; merge shards of one sweep`;
  if (onlyB !== undefined)
    return `${b.name} planned ${onlyB} and ${a.name} did not; merge shards of one sweep`;
  const [ofA, ofB] = [a.run.header.shard?.of ?? 1, b.run.header.shard?.of ?? 1];
  if (ofA !== ofB)
    return `${a.name} is one of ${ofA} shards and ${b.name} one of ${ofB}; merge shards of one sweep`;
  return null;
}

function sourceDifference(a: NamedRun, b: NamedRun): string | null {
  const [inA, inB] = [a.run.header.kernelSources ?? {}, b.run.header.kernelSources ?? {}];
  const kernel = Object.keys(inA).find((id) => Object.hasOwn(inB, id) && inA[id] !== inB[id]);
  if (kernel === undefined) return null;
  return `${a.name} and ${b.name} measured different sources of kernel '${kernel}'; measure both with the same files`;
}

/** The same record, wherever it was read: a part that was given twice. */
function sameMeasurement(a: CaseRecord, b: CaseRecord): boolean {
  return JSON.stringify({ ...a, session: 0 }) === JSON.stringify({ ...b, session: 0 });
}

const earliest = (runs: readonly NamedRun[]): string =>
  runs.map(({ run }) => run.header.startedAt).reduce((a, b) => (a < b ? a : b));
