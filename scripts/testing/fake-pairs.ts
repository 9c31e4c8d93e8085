/** Packs on disk and sessions that claim times instead of measuring, so that a comparison has exact tests that need no device and no clock. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostFacts } from '../../harness/hosts/environment.ts';
import { nodeHostOf } from '../../harness/hosts/session-host.ts';
import { EnvironmentError } from '../../harness/errors.ts';
import type { ExaminedNoise } from '../../harness/gate/comparison.ts';
import { pairOrder } from '../../harness/gate/pairs.ts';
import type { Pair } from '../../harness/gate/pairs.ts';
import { defaultDesign } from '../../harness/gate/procedure.ts';
import type { SessionFacts } from '../../harness/session-messages.ts';
import type { PairOutcome, PairRequest } from '../../harness/pair-case.ts';
import type { PairedCase, SidePlan } from '../../harness/pair-plan.ts';
import { seededRandom } from '../../harness/random.ts';
import type { Check } from '../../harness/record.ts';
import { leastCaps } from '../../harness/testing/caps.ts';
import type { PairSession } from '../compare-measure.ts';
import type { CompareDeps } from '../compare.ts';

const kernels = fileURLToPath(new URL('../../kernels/', import.meta.url));

export interface ScratchPacks {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
  /** Writes a file of a side: `head`, `kernels/copy/kernel.ts`. */
  write(side: 'base' | 'head', path: string, text: string): void;
  remove(): void;
}

/** Two packs with the kernels named, the same to begin with. */
export function scratchPacks(ids: readonly string[] = ['copy', 'naive']): ScratchPacks {
  const folder = mkdtempSync(join(tmpdir(), 'attnbench-compare-'));
  for (const side of ['base', 'head']) {
    mkdirSync(join(folder, side));
    writeFileSync(join(folder, side, 'package.json'), '{"type":"module"}\n');
    for (const name of ['contract.ts', 'lib', ...ids]) {
      cpSync(join(kernels, name), join(folder, side, 'kernels', name), { recursive: true });
    }
  }
  return {
    folder,
    base: join(folder, 'base'),
    head: join(folder, 'head'),
    write: (side, path, text) => writeFileSync(join(folder, side, path), text),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const rightCheck: Check = {
  nmse: 1e-14,
  maxAbs: 1e-6,
  tolerance: 1e-10,
  rowsChecked: 1,
  rowsTotal: 1,
  exactness: 'exact',
  distanceToSoftmax: null,
};

export const facts: SessionFacts = {
  adapter: {
    name: 'fake',
    vendor: '',
    architecture: '',
    device: '',
    description: 'a made up adapter',
    software: true,
    features: [],
    limits: {},
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
  },
  caps: leastCaps(),
  clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
  compiler: { loopVariablesReinitialised: true },
  flags: [],
  host: hostFacts(),
};

/** What a fake session claims. */
export interface FakeDevice {
  /** Time of head over time of base. */
  readonly ratio?: (kernel: string) => number;
  /** Time of head over time of its own copy. */
  readonly controlRatio?: number;
  /** In place of what both sides would run: programs that differ. */
  readonly plans?: (paired: PairedCase) => { readonly base: SidePlan | null; readonly head: SidePlan | null };
  /** In place of times. `process` counts from 1. */
  readonly outcome?: (request: PairRequest, process: number) => PairOutcome | 'crash' | null;
  readonly tickShare?: number;
  readonly secondsPerPairing?: number;
  /** What is found out about the machine. */
  readonly noise?: ExaminedNoise;
  /** Whether a process gets a device. */
  readonly opens?: (process: number) => boolean;
}

export interface FakeDeps extends CompareDeps {
  /** Processes opened so far. */
  readonly opened: () => number;
  readonly asked: readonly PairRequest[];
}

export const program = (hash: string, peakBytes = 1000): SidePlan => ({
  kind: 'program',
  hash,
  bytes: { inputs: 500, outputs: 500, scratch: peakBytes - 1000, peak: peakBytes, harness: 0 },
  cost: { flops: 1, exps: 1, bytesRead: 1, bytesWritten: 1 },
  shader: 'copy.wgsl',
});

/** Pairs around a ratio: half a per cent from process to process, two from pair to pair. */
function pairsOf(ratio: number, count: number, seed: string): readonly Pair[] {
  const random = seededRandom(seed);
  const processRatio = ratio * Math.exp(0.005 * random.normal());
  return pairOrder(count, random).map((order) => ({
    order,
    baseNs: 1e6,
    headNs: 1e6 * processRatio * Math.exp(0.02 * random.normal()),
  }));
}

export function fakeDeps(device: FakeDevice = {}): FakeDeps {
  let seconds = 0;
  let opened = 0;
  const asked: PairRequest[] = [];
  const open = async (number: number): Promise<PairSession> => {
    if (device.opens?.(number) === false)
      throw new EnvironmentError("adapter 'fake' cannot be used: made up");
    opened++;
    seconds += 1;
    return {
      number,
      facts,
      planPair: async (paired) => ({
        kind: 'pair planned',
        plan: device.plans?.(paired) ?? {
          base: paired.base === null ? null : program('a'),
          head: paired.head === null ? null : program('b'),
        },
      }),
      async pair(request) {
        asked.push(request);
        seconds += device.secondsPerPairing ?? 1;
        const claimed = device.outcome?.(request, number) ?? null;
        if (claimed === 'crash') return { kind: 'crash', message: 'its process ended with signal SIGSEGV' };
        return { kind: 'paired', outcome: claimed ?? timed(device, request, number) };
      },
      close: async () => undefined,
    };
  };
  return {
    chooseHost: async (_, name) => nodeHostOf({ name, env: {}, dawnFlags: [] }),
    openSession: (_, number) => open(number),
    readCalibration: () => null,
    examineNoise: async () => device.noise ?? { measured: null, unmet: [] },
    nowNs: () => seconds * 1e9,
    design: defaultDesign,
    opened: () => opened,
    asked,
  };
}

function timed(device: FakeDevice, { base, head, pairs }: PairRequest, process: number): PairOutcome {
  if (base === null || head === null) return { kind: 'checked', check: rightCheck };
  const seed = `${head.kernel}/${process}`;
  return {
    kind: 'timed',
    pairs: pairsOf(device.ratio?.(head.kernel) ?? 1, pairs, seed),
    control: pairsOf(device.controlRatio ?? 1, pairs, `${seed}/control`),
    repeats: 1,
    dropped: 0,
    tickShare: device.tickShare ?? 1e-6,
    checks: { base: rightCheck, head: rightCheck },
  };
}
