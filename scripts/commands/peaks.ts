import type { Command } from 'commander';
import { EnvironmentError } from '../../harness/errors.ts';
import { formatDuration, formatNumber } from '../../harness/format.ts';
import type { CeilingName, Peaks } from '../../harness/record.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import type { HostWords } from '../choose-host.ts';
import { browserHelp, browserOption, chooseHost, hostHelp, hostOption } from '../choose-host.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';
import { obtainPeaks } from '../obtain-peaks.ts';
import { textTable } from '../text-table.ts';

interface PeaksFlags extends HostWords {
  readonly adapter: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const help = `
Each ceiling is the best of several micro-kernels, whose results are checked. Takes half a minute the first time; what was
measured is kept and used by every run until the adapter, its driver, Dawn or its flags change. Measure on an idle machine.

Examples:
  attnbench peaks
  attnbench peaks --adapter lavapipe --force
  attnbench peaks --json > peaks.json`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('peaks')
    .summary('what the adapter can do at most: arithmetic, memory, launches')
    .description('Measures the ceilings of an adapter, which reports hold every kernel against.')
    .option(adapterOption, adapterHelp, 'auto')
    .option(hostOption, hostHelp, 'node')
    .option(browserOption, browserHelp)
    .option('--force', 'measure again, whatever was kept')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((flags: PeaksFlags) => act(() => peaks(flags, io)));
}

async function peaks({ adapter, force, json, ...where }: PeaksFlags, io: Io): Promise<ExitCode> {
  const host = await chooseHost(where, adapter);
  // Opened for what it says of itself; the peaks are measured in a process of their own.
  const session = await host.open({ number: 0, caseTimeoutSeconds: 60 });
  await session.close();
  const { name, description, device } = session.facts.adapter;
  io.err(`on ${description || device || name} (${name})\n`);
  const obtained = await obtainPeaks(host, session.facts, force === true, io);
  if (obtained.kind === 'none') {
    throw new EnvironmentError(`the peaks of '${name}' could not be measured: ${obtained.message}`);
  }
  if (json === true) outJson(io, obtained.peaks);
  else io.out(peaksTable(obtained.peaks));
  if (obtained.kept) {
    io.err(`measured ${obtained.peaks.measuredAt}; --force measures again\n`);
  }
  return exitCodes.ok;
}

const ceilingWords: Readonly<Record<CeilingName, string>> = {
  f32: 'f32 multiply-add',
  f16: 'f16 multiply-add',
  int8Dot: 'packed int8 dot product',
  subgroupMatrix: 'subgroup matrix',
  exp: 'exp2',
  readCold: 'storage read, cold',
  writeCold: 'storage write, cold',
  copyCold: 'storage copy, cold',
  readWarm: 'storage read, warm',
  writeWarm: 'storage write, warm',
  copyWarm: 'storage copy, warm',
  workgroupRead: 'workgroup memory read',
};

const unitWords = { flop: 'GFLOP/s', exp: 'Gexp/s', byte: 'GB/s' } as const;

/** One row for each ceiling, then what launching costs. */
export function peaksTable({ ceilings, overheads }: Peaks): string {
  const rows = ceilings.map(({ name, unit, perSecond, by }) => [
    ceilingWords[name],
    perSecond === null ? '–' : formatNumber(perSecond / 1e9),
    unitWords[unit],
    by,
  ]);
  const launches = [
    ['submit, until it is done', overheads.submitNs],
    ['one more pass in a submit', overheads.passNs],
    ['one more dispatch in a pass', overheads.dispatchNs],
  ] as const;
  return [
    textTable(['ceiling', 'at most', 'unit', 'reached by'], rows),
    '\n',
    textTable(
      ['launching', 'takes'],
      launches.map(([what, ns]) => [what, formatDuration(ns)]),
    ),
  ].join('');
}
