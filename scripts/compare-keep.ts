/** What every comparison has around its cases: where it came from, on what it ran, and the folder it is kept in. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Calibration, Comparison, Side } from '../harness/gate/comparison.ts';
import { comparisonSchemaName } from '../harness/gate/comparison.ts';
import type { GateDesign } from '../harness/gate/procedure.ts';
import { ComparisonFolder } from '../harness/hosts/comparison-folder.ts';
import { hostFacts, toolFacts } from '../harness/hosts/environment.ts';
import type { ComparisonFormat } from '../reports/formats.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import type { Measured } from './compare-measure.ts';
import { comparedCase } from './compare-result.ts';
import type { Io } from './io.ts';

export type Frame = Pick<
  Comparison,
  'schema' | 'kind' | 'comparisonId' | 'command' | 'startedAt' | 'base' | 'head' | 'tool' | 'host'
>;

/** What was measured, and by which rules. */
export interface Judged extends Measured {
  readonly design: GateDesign;
  readonly calibration: Calibration | null;
}

export interface KeepOptions {
  readonly commandLine: string;
  /** Null: a folder of its own below runs/. */
  readonly out: string | null;
  /** What its report is written as. */
  readonly formats: readonly ComparisonFormat[];
  /** More memory is no regression. */
  readonly allowMemory: boolean;
}

/** Runs `measure` with a folder to write to, and keeps what comes of it. Whatever it throws, its lines are on disk. */
export async function keptComparison(
  { commandLine, out, formats, allowMemory }: KeepOptions,
  sides: { readonly base: Side; readonly head: Side },
  nowNs: () => number,
  io: Io,
  measure: (frame: Frame, folder: ComparisonFolder) => Promise<Judged>,
): Promise<Comparison> {
  const startedAt = new Date();
  const startedNs = nowNs();
  const frame: Frame = {
    schema: comparisonSchemaName,
    kind: 'comparison',
    comparisonId: randomUUID(),
    command: commandLine,
    startedAt: startedAt.toISOString(),
    base: sides.base,
    head: sides.head,
    tool: toolFacts(),
    host: hostFacts(),
  };
  const folder = ComparisonFolder.create(out ?? defaultFolder(startedAt));
  try {
    const { facts, cases, noise, control, design, calibration, budgetSeconds } = await measure(frame, folder);
    const comparison: Comparison = {
      ...frame,
      host: facts?.host ?? frame.host,
      seconds: (nowNs() - startedNs) / 1e9,
      adapter: facts?.adapter ?? null,
      clock: facts?.clock ?? null,
      flags: [...(facts?.flags ?? [])],
      design: {
        ...design,
        looks: [...design.looks],
        confirmLooks: [...design.confirmLooks],
        budgetSeconds,
      },
      control,
      calibration,
      ...(noise === null ? {} : { noise }),
      allowMemory,
      cases: cases.map(comparedCase),
    };
    folder.finish(comparison);
    io.err(`kept in ${folder.folder}\n`);
    if (formats.length > 0) await report(comparison, folder.folder, formats, io);
    return comparison;
  } finally {
    folder.close();
  }
}

/** A report that cannot be written hides nothing of what was found. */
async function report(
  comparison: Comparison,
  folder: string,
  formats: readonly ComparisonFormat[],
  io: Io,
): Promise<void> {
  const { writeComparison } = await import('../reports/write-comparison.ts');
  try {
    const files = await writeComparison(comparison, join(folder, 'report'), formats);
    io.err(`report: ${files.find((file) => file.endsWith('.html')) ?? files[0]}\n`);
  } catch (error) {
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** The first line of sessions.jsonl: what its samples come from, and by which rules they will be judged. */
export function beginJournal(
  folder: ComparisonFolder,
  frame: Frame,
  { adapter, clock, host }: Pick<SessionFacts, 'adapter' | 'clock' | 'host'>,
  design: GateDesign,
): void {
  folder.append({ ...frame, kind: 'comparison started', host, adapter, clock, design });
}

/** Says where the samples are when a person ends it early. */
export async function interruptible<Result>(
  folder: ComparisonFolder,
  io: Io,
  work: () => Promise<Result>,
): Promise<Result> {
  const interrupted = (): void => {
    io.err(`\nstopped; the samples taken are in ${folder.folder}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupted);
  }
}

function defaultFolder(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  return join('runs', `compare-${stamp}`);
}
