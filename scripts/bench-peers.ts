/**
 * Our kernels and the libraries that people would use instead, in interleaved rounds on one adapter, and which targets that reaches:
 *   npm run bench:peers -- --adapter lavapipe
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../harness/errors.ts';
import { formatDuration, formatDurationRange, formatNumber } from '../harness/format.ts';
import { loadKernel } from '../harness/hosts/kernel-folders.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import { nodeHostOf } from '../harness/hosts/session-host.ts';
import { loadPeer, peerIds } from '../harness/hosts/peer-folders.ts';
import { RunFolder } from '../harness/hosts/run-folder.ts';
import { SessionPool } from '../harness/hosts/session-pool.ts';
import { mergeRounds } from '../harness/merge-rounds.ts';
import { ratioOfCases } from '../harness/ratio.ts';
import type { CaseRecord } from '../harness/record.ts';
import { primarySamplesNs } from '../harness/record.ts';
import { median, medianInterval } from '../harness/stats.ts';
import type { SweepCase } from '../harness/sweep-case.ts';
import { recordOf } from '../harness/sweep-engine.ts';
import { toPlainText } from '../reports/table.ts';
import { casesOf } from '../reports/targets/target.ts';
import { targets } from '../reports/targets/target-list.ts';
import { judgeTargets, targetsTable } from '../reports/targets/targets-table.ts';
import { adapterHelp, chooseAdapter } from './choose-adapter.ts';
import { exitCodeOf } from './exit-codes.ts';
import { processIo } from './io.ts';
import { numpyCase } from './numpy-case.ts';
import { obtainPeaks } from './obtain-peaks.ts';
import { positiveSeconds, wordList } from './options.ts';
import { planSweep } from './plan-sweep.ts';
import { headerOf, sweepCase } from './run-header.ts';
import { textTable } from './text-table.ts';

const shape = { heads: 8, d: 64 };
const at = (kernel: string, n: number, more = ''): string =>
  `${kernel}:n=${n},heads=${shape.heads},d=${shape.d},precision=f32${more}`;
const causal = ',causal=true';
/** Every duration in the tables is also told as a multiple of this case's. */
const yardstick = 'flash';
const repaired = 'onnxruntime-web+fix';
const numpy = 'numpy';

/** One sample of what is slow, more of what is fast. */
const secondsPerRound = 1.5;
const mostSamplesPerRound = 3;
const caseTimeoutSeconds = 300;

interface Options {
  readonly adapter: string;
  readonly peers: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly out?: string;
}

/** A case in rounds: `measure` takes one, told the median of the one before. */
interface Entry {
  readonly name: string;
  readonly records: CaseRecord[];
  measure(beforeNs: number | null): Promise<CaseRecord>;
}

const say = (text: string): void => processIo.err(`${text}\n`);

const medianNs = (record: CaseRecord | undefined): number | null =>
  record?.status === 'ok' ? median(primarySamplesNs(record)) : null;

/** As many samples as fit a round, going by what the case took before. */
function samplesFor(beforeNs: number | null): number {
  const fitting = beforeNs === null ? 2 : Math.round((secondsPerRound * 1e9) / beforeNs);
  return Math.min(Math.max(fitting, 1), mostSamplesPerRound);
}

const kernelOf = (name: string): string => name.slice(0, name.indexOf(':'));

/**
 * What the targets of an adapter ask for, so far as these peers and our kernels can answer it; on other adapters what lavapipe's
 * ask for. Beside it every peer at n = 1024, and the repaired onnxruntime at the long causal case.
 */
function casesFor(adapter: string, peers: readonly string[]): readonly string[] {
  const own = targets.filter((target) => target.adapter === adapter);
  const asked = own.length > 0 ? own : targets.filter((target) => target.adapter === 'lavapipe');
  const answerable = (name: string): boolean => {
    const kernel = kernelOf(name);
    return kernel !== numpy && (!peerIds().includes(kernel) || peers.includes(kernel));
  };
  return [
    ...new Set([
      at('flash', 1024),
      ...peers.map((id) => at(id, 1024)),
      ...asked.flatMap(({ measure }) => casesOf(measure)).filter(answerable),
      ...(peers.includes(repaired) ? [at(repaired, 2048, causal)] : []),
    ]),
  ];
}

const entryOf = (request: SweepCase, pool: SessionPool): Entry => ({
  name: request.id.slice(request.id.indexOf('/') + 1),
  records: [],
  async measure(beforeNs) {
    const samples = samplesFor(beforeNs);
    const policy = { ...request.request.policy, warmups: 1, leastSamples: samples, mostSamples: samples };
    const outcome = await pool.measure({ kernel: request.kernel, request: { ...request.request, policy } });
    return recordOf(request, outcome, pool.lastSession);
  },
});

async function numpyEntry(seed: string): Promise<Entry> {
  const { kernel } = await loadKernel('naive');
  return {
    name: at(numpy, 1024),
    records: [],
    measure: () => numpyCase(kernel, { n: 1024, ...shape }, seed, mostSamplesPerRound),
  };
}

/** Every case once a round. What was refused, wrong or lost once stays so. */
async function takeRounds(
  entries: readonly Entry[],
  { rounds, seconds }: Options,
  keep: (record: CaseRecord) => void,
): Promise<void> {
  const startedMs = performance.now();
  for (let round = 1; round <= rounds; round++) {
    if (round > 1 && (performance.now() - startedMs) / 1000 >= seconds) break;
    for (const { name, records, measure } of entries) {
      if (records.some(({ status }) => status !== 'ok')) continue;
      const record = await measure(medianNs(records.at(-1)));
      records.push(record);
      keep(record);
      const ns = medianNs(record);
      say(
        `round ${round}  ${name}  ${ns === null ? `${record.status}: ${record.reason?.message}` : formatDuration(ns)}`,
      );
    }
  }
}

/** What ran: the version of a library and its path, the variant of a kernel, or why nothing did. */
function whatRan(record: CaseRecord): string {
  if (record.status !== 'ok') return record.reason.message;
  const { peer, variant } = record;
  return peer === undefined ? variant : `${peer.package} ${peer.version}, ${variant}`;
}

function comparison(records: readonly CaseRecord[]): string {
  const base = records.find(({ kernel }) => kernel === yardstick);
  const rows = records.map((record) => {
    const name = record.id.slice(record.id.indexOf('/') + 1);
    if (record.status !== 'ok') return [name, record.status, '–', '–', '–', '–', whatRan(record)];
    const samples = primarySamplesNs(record);
    const interval = medianInterval(samples);
    const ratio = base?.status === 'ok' ? ratioOfCases(record, base) : null;
    const ends = ratio?.interval;
    return [
      name,
      record.status,
      formatDuration(median(samples)),
      interval === null ? '–' : formatDurationRange(interval.low, interval.high),
      String(samples.length),
      ratio === null
        ? '–'
        : `${formatNumber(ratio.value)}${ends ? ` [${formatNumber(ends.low)}, ${formatNumber(ends.high)}]` : ''}`,
      whatRan(record),
    ];
  });
  return textTable(
    ['case', 'status', 'median', '95 % interval', 'samples', `of flash, 95 % interval`, 'what ran'],
    rows,
  );
}

async function bench(options: Options): Promise<void> {
  const host = nodeHostOf(await chooseAdapter(options.adapter));
  const stamp = new Date().toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  const out = options.out ?? join('runs', `bench-peers-${stamp}`);
  const plan = await planSweep({
    targets: casesFor(host.adapter, options.peers),
    kernels: null,
    axes: [],
    shard: null,
    software: true,
  });
  let number = 1;
  const open = async (peer: string | null): Promise<DeviceSession> =>
    host.open({
      number: number++,
      caseTimeoutSeconds: caseTimeoutSeconds + (peer === null ? 0 : (await loadPeer(peer)).peer.startSeconds),
      ...(peer === null ? {} : { peer }),
    });
  const known = peerIds();
  const first = await open(null);
  const pool = new SessionPool({ open, first, isPeer: (kernel) => known.includes(kernel) });
  try {
    const obtained = await obtainPeaks(host, first.facts, false, processIo);
    if (obtained.kind === 'none') say(`no peaks: ${obtained.message}`);
    const peaks = obtained.kind === 'peaks' ? obtained.peaks : null;
    const commandLine = ['npm run bench:peers --', ...process.argv.slice(2)].join(' ');
    const header = headerOf(plan, first, { commandLine, secondsPerCase: null, tuning: true }, peaks);
    const requests = plan.cases.map((planned) => sweepCase(plan, planned, header, null));
    const entries = [
      ...requests.map((request) => entryOf(request, pool)),
      await numpyEntry(requests[0].request.seed),
    ];
    const folder = RunFolder.create(out);
    try {
      folder.append(header);
      await takeRounds(entries, options, (record) => folder.append(record));
      const merged = entries.flatMap(({ records }) => mergeRounds(records) ?? []);
      for (const record of merged) folder.append(record);
      const judged = judgeTargets(targets, [{ header, cases: merged }]).filter(({ outcome }) => outcome);
      const { adapter } = header;
      processIo.out(`${adapter.description || adapter.device} (${adapter.name}), ${header.startedAt}\n\n`);
      processIo.out(`${comparison(merged)}\n`);
      processIo.out(`${toPlainText(targetsTable(judged, 'Targets'))}\n`);
    } finally {
      folder.close();
    }
    say(`records: ${out}; attnbench report ${out} draws them`);
  } finally {
    await pool.close();
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new UsageError(`--rounds takes a whole number from 1, not '${text}'`);
  }
  return value;
}

const program = new Command('bench:peers')
  .description(
    'Measures our kernels and peers in interleaved rounds, and prints ratios and which targets they reach.',
  )
  .option('--adapter <name>', adapterHelp, 'auto')
  .option('--peers <ids>', 'only these peers', wordList('--peers'), peerIds())
  .option('--rounds <count>', 'rounds at most', wholeNumber, 12)
  .option('--seconds <seconds>', 'start no further round after this time', positiveSeconds('--seconds'), 300)
  .option('-o, --out <folder>', 'where the records are kept (default: runs/bench-peers-<time>)');

try {
  program.parse();
  await bench(program.opts<Options>());
} catch (error) {
  say(`bench:peers: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = exitCodeOf(error);
}
