/**
 * The gate's error rate and power on this machine, with a busy neighbour:
 *   npm run bench:gate -- --adapter lavapipe --budget 3000
 * Comparisons are appended to the trials that are there already, so that a long measurement can be taken in parts.
 */
import { fork } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { UsageError } from '../harness/errors.ts';
import { defaultDesign } from '../harness/gate/design.ts';
import type { TrialRecord, TrialsHeader } from '../harness/gate/trials.ts';
import { parseTrials } from '../harness/gate/trials.ts';
import { toolFacts } from '../harness/hosts/environment.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import { effortTable, ratesTable } from '../reports/gate/rates-table.ts';
import { toPlainText } from '../reports/table.ts';
import type { TrialResult } from './calibrate-measure.ts';
import { measureCalibration } from './calibrate.ts';
import { adapterHelp } from './choose-adapter.ts';
import { exitCodeOf } from './exit-codes.ts';
import { processIo } from './io.ts';
import { positiveSeconds } from './options.ts';
import { makeFolder } from '../harness/hosts/make-folder.ts';

/** A real reduction of work, and a slowdown that must be found. */
const changes = [-0.0625, 0.05] as const;
const neighbour = 'one process that computes in bursts of 20 to 400 ms, and rests as long';

interface Options {
  readonly adapter: string;
  readonly budget: number;
  readonly comparisons: number;
  readonly tries: number;
  readonly out?: string;
}

const baselines = fileURLToPath(new URL('../reports/baselines/', import.meta.url));

function recordOf({ id, slowdown, result, seconds, foils }: TrialResult): TrialRecord {
  const { verdict, timed, reasons } = result;
  const of = (stage: 'screen' | 'confirm'): number[] =>
    (timed?.sessions ?? []).filter((session) => session.stage === stage).map(({ logRatio }) => logRatio);
  return {
    kind: 'trial',
    id,
    slowdown,
    verdict,
    reason: reasons[0]?.code ?? null,
    seconds,
    effect: timed?.effect ?? null,
    logRatios: { screen: of('screen'), confirm: of('confirm') },
    foils,
  };
}

const keptDesign: TrialsHeader['design'] = {
  ...defaultDesign,
  looks: [...defaultDesign.looks],
  confirmLooks: [...defaultDesign.confirmLooks],
};

const headerOf = ({ adapter, flags, host }: SessionFacts, command: string): TrialsHeader => ({
  kind: 'trials',
  command,
  startedAt: new Date().toISOString(),
  neighbour,
  tool: toolFacts(),
  host,
  adapter,
  flags: [...flags],
  design: keptDesign,
});

/** Trials of another design are no more of the same. Throws UsageError. */
function refuseOtherTrials(file: string, adapter: string): void {
  if (!existsSync(file)) return;
  const { header } = parseTrials(readFileSync(file, 'utf8'));
  if (header.adapter.name !== adapter || !isDeepStrictEqual(header.design, keptDesign)) {
    throw new UsageError(`${file} holds trials of another design or adapter; name another --out`);
  }
}

async function benchGate({ adapter, budget, comparisons, tries, out }: Options): Promise<void> {
  const file = out ?? join(baselines, `${adapter}-gate`, 'trials.jsonl');
  refuseOtherTrials(file, adapter);
  const busy = fork(fileURLToPath(new URL('busy-neighbour.ts', import.meta.url)), {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  try {
    makeFolder(dirname(file));
    await measureCalibration(
      {
        commandLine: 'npm run bench:gate',
        targets: ['smoke'],
        kernels: null,
        axes: [],
        adapter,
        where: {},
        budgetSeconds: budget,
        comparisons,
        slowdowns: changes,
        tries,
        json: false,
      },
      processIo,
      (result, facts) => {
        if (!existsSync(file)) {
          writeFileSync(
            file,
            `${JSON.stringify(headerOf(facts, `npm run bench:gate -- --adapter ${adapter}`))}\n`,
          );
        }
        appendFileSync(file, `${JSON.stringify(recordOf(result))}\n`);
      },
    );
  } finally {
    busy.kill();
  }
  if (!existsSync(file)) throw new Error(`no comparison was finished within ${budget} s: raise --budget`);
  const trials = parseTrials(readFileSync(file, 'utf8'));
  processIo.out(`${toPlainText(ratesTable(trials))}\n${toPlainText(effortTable(trials))}`);
  processIo.err(`${trials.trials.length} comparisons in ${file}\n`);
}

const program = new Command('bench:gate')
  .description('Measures the error rate and the power of attnbench compare beside a busy neighbour.')
  .option('--adapter <name>', adapterHelp, 'lavapipe')
  .option('--budget <seconds>', 'time no longer than this', positiveSeconds('--budget'), 3000)
  .option('--comparisons <count>', 'runs of a kernel with itself, each two comparisons', Number, 250)
  .option('--tries <count>', 'comparisons for each change of the work', Number, 75)
  .option(
    '--out <file>',
    'where the trials are kept (default: reports/baselines/<adapter>-gate/trials.jsonl)',
  );
try {
  await benchGate(program.parse().opts<Options>());
} catch (error) {
  processIo.err(`bench:gate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
